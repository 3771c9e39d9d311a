# /// script
# requires-python = ">=3.11"
# dependencies = ["uv"]
#
# [tool.adrtool]
# constraints = "constraints/index.txt"
# needs = ["network"]
# ///
"""TorchServe is kept up: it has had a release within the last eighteen months, and its repository is not archived.

The package index is asked twice for the newest TorchServe: as of now, and as of eighteen months ago (uv's
--exclude-newer, which goes by upload dates). The same answer means no release in between: nothing new reaches users.
The forge is asked whether the repository is archived: then nothing new is to come, however young the last release.
Either suffices against the claim. The controls ask the same of PyTorch, which releases every few months and is worked
on daily: if that stands still or is archived too, nothing can be said. Nor where uv finds no release at all: a file
without an upload date counts as unavailable to it, so an index that gives no dates ends in an error.
Known before: archived on 2025-08-07, "no longer actively maintained", with no fixes and no security patches
planned (github.com/pytorch/serve, docs.pytorch.org/serve; read 2026-11-23).
"""

import json
import subprocess
from datetime import UTC, datetime, timedelta

import uv
from _web import fetch
from adrtool_evidence import measure

NOW = datetime.now(UTC)
THEN = NOW - timedelta(days=548)


def newest(package, moment):
    """The newest stable release that had been uploaded by then, as `name==version`."""
    options = ["--no-deps", "--no-header", "--no-annotate", "--quiet", "--no-config", "--python-version", "3.11"]
    command = [uv.find_uv_bin(), "pip", "compile", "-", *options, "--exclude-newer", moment.isoformat()]
    answer = subprocess.run(command, input=package, capture_output=True, text=True)
    if answer.returncode:
        raise RuntimeError(f"uv finds no {package} as of {moment:%Y-%m-%d}: {answer.stderr.strip()[:300]}")
    return answer.stdout.strip()


def archived(repository):
    return json.loads(fetch(f"https://api.github.com/repos/pytorch/{repository}"))["archived"]


if newest("torch", NOW) == newest("torch", THEN):
    raise RuntimeError("PyTorch has no new release in eighteen months either: this index's dates say nothing")
then, now = newest("torchserve", THEN), newest("torchserve", NOW)
measure("releases_moved", int(then != now))
assert then != now, f"no release since {THEN:%Y-%m-%d}: {now} is the newest, then and today"
if archived("pytorch"):
    raise RuntimeError("the forge calls PyTorch's own repository archived")
assert not archived("serve"), f"the repository is archived; the last release is {now}"
