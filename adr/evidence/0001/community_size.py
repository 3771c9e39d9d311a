# /// script
# [tool.adrtool]
# needs = ["network"]
# revalidate = "90d"
# ///
"""TensorFlow's community beside PyTorch's: what has gathered over the years, and what happens today.

Stars and questions add up and hardly go down (a star can be taken back, a question deleted): they tell of the past;
downloads and pull requests of the last month tell of the present. The two may differ, so they are two tests. Neither
counts tutorials, nor how good they are; much of TensorFlow's own work comes in without a pull request, and one machine
may download a package many times.

Known before, with sources: stars 141,384 to 36,434 in December 2019 (GitHub Archive, statisticsanddata.org); used by
11.5 % of professional developers to 7.6 % (Stack Overflow survey 2022); people in issues 19,750 to 9,826 (doi
10.1145/3705303, 2024); but PyPI downloads, rank 908 to 330 (list of November 2026).
"""
import datetime
import json

from _web import fetch
from adrtool_evidence import measure

REPOSITORIES = {"tensorflow": "tensorflow/tensorflow", "pytorch": "pytorch/pytorch"}
PACKAGES = {"tensorflow": "tensorflow", "pytorch": "torch"}
GITHUB = "https://api.github.com"


def stars(name):
    return json.loads(fetch(f"{GITHUB}/repos/{REPOSITORIES[name]}"))["stargazers_count"]


def questions(name):
    tags = json.loads(fetch(f"https://api.stackexchange.com/2.3/tags/{name}/info?site=stackoverflow"))
    return tags["items"][0]["count"]


def downloads(name):
    return json.loads(fetch(f"https://pypistats.org/api/packages/{PACKAGES[name]}/recent"))["data"]["last_month"]


def pull_requests(name):
    since = datetime.datetime.now(datetime.timezone.utc).date() - datetime.timedelta(days=30)
    query = f"repo:{REPOSITORIES[name]}+is:pr+created:%3E={since}"
    return json.loads(fetch(f"{GITHUB}/search/issues?q={query}&per_page=1"))["total_count"]


def compare(count):
    """TensorFlow's `count` in PyTorch's; asserts that it is the larger."""
    here, there = count("tensorflow"), count("pytorch")
    if min(here, there) <= 0:
        raise RuntimeError(f"{count.__name__}: {here} and {there} cannot be compared")
    print(f"{count.__name__}: tensorflow {here}, pytorch {there}")
    measure(f"{count.__name__}_ratio", here / there, at_least=1)


def test_history():
    """More stars and more questions have gathered around TensorFlow than around PyTorch."""
    compare(stars)
    compare(questions)


def test_today():
    """In the last month TensorFlow was downloaded, and its code worked on, more than PyTorch."""
    compare(downloads)
    compare(pull_requests)
