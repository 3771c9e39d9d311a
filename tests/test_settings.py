"""Settings: what a repository says is read, and what nobody knows is told with its line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from adrtool.errors import ReadError
from adrtool.settings import Settings, duration, find_settings


def written(root: Path, text: str | bytes, name: str = "adrtool.toml") -> Path:
    (root / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def refusal(root: Path) -> str:
    with pytest.raises(ReadError) as caught:
        find_settings(root)
    return str(caught.value)


def test_without_a_file_defaults_are_useful(tmp_path: Path) -> None:
    assert find_settings(tmp_path) == Settings()
    assert Settings().evidence == ("evidence",)
    assert Settings().exclude_tags == ("heavy",)


EVERY = """
records = ["docs/adr", "more/adr"]
evidence = "checks"
revalidate = "30d"
exclude-tags = []
jobs = 3
disable = ["orphaned-evidence"]
sandbox = "off"
"""
READ = dict(
    records=("docs/adr", "more/adr"),
    evidence=("checks",),
    revalidate=timedelta(days=30),
    exclude_tags=(),
    jobs=3,
    disable=("orphaned-evidence",),
    sandbox="off",
)


@pytest.mark.parametrize(
    ("name", "header"),
    [("adrtool.toml", ""), ("adrtool.toml", "[tool.adrtool]"), ("pyproject.toml", "[tool.adrtool]")],
)
def test_every_setting_is_read(tmp_path: Path, name: str, header: str) -> None:
    assert find_settings(written(tmp_path, header + EVERY, name)) == Settings(**READ, source=name)  # type: ignore[arg-type]


def test_a_byte_order_mark_and_windows_line_ends_are_no_trouble(tmp_path: Path) -> None:
    text = b"\xef\xbb\xbf" + EVERY.replace("\n", "\r\n").encode()
    assert find_settings(written(tmp_path, text)).jobs == 3


def test_its_own_file_comes_before_that_of_all_tools(tmp_path: Path) -> None:
    written(tmp_path, "[tool.adrtool]\njobs = 1", "pyproject.toml")
    assert find_settings(written(tmp_path, "jobs = 2")).jobs == 2


def test_a_project_file_of_others_says_nothing(tmp_path: Path) -> None:
    assert find_settings(written(tmp_path, "[project]\nname = 'x'\n", "pyproject.toml")) == Settings()


def test_an_empty_file_says_nothing_and_is_named(tmp_path: Path) -> None:
    assert find_settings(written(tmp_path, "")) == Settings(source="adrtool.toml")


@pytest.mark.parametrize("never", ["false"])
def test_verdicts_can_be_told_never_to_expire(tmp_path: Path, never: str) -> None:
    assert find_settings(written(tmp_path, f"revalidate = {never}")).revalidate is None


def test_underscores_will_do(tmp_path: Path) -> None:
    assert find_settings(written(tmp_path, "exclude_tags = ['slow']")).exclude_tags == ("slow",)


WRONG = {
    "jbos = 3": "setting 'jbos': unknown; known are records, evidence, revalidate, revisit-unsupported, exclude-tags, jobs, disable, sandbox, limits",
    "records = 3": "setting 'records': write a string, or a list of strings",
    "records = ['a', 3]": "setting 'records': write a string, or a list of strings",
    "records = ''": "setting 'records': write a string, or a list of strings",
    "evidence = [' ']": "setting 'evidence': write a string, or a list of strings",
    "jobs = 0": "setting 'jobs': write a whole number from 1 up",
    "jobs = -1": "setting 'jobs': write a whole number from 1 up",
    "jobs = true": "setting 'jobs': write a whole number from 1 up",
    "jobs = 1.5": "setting 'jobs': write a whole number from 1 up",
    "sandbox = 'maybe'": "setting 'sandbox': write one of auto, off, require",
    "sandbox = []": "setting 'sandbox': write one of auto, off, require",
    "limits = 3": 'setting \'limits\': write a table: { memory = "8GB", processes = 1000, file-size = "20GB" }, '
    "each one optional, false for no limit",
    "limits = { memory = 8 }": 'setting \'limits\': 8 is no size; write "500MB" or "8GB", or false for no limit',
    "limits = { memory = '0GB' }": "setting 'limits': '0GB' is no size; write \"500MB\" or \"8GB\", or false for no limit",
    "limits = { processes = true }": "setting 'limits': True is no number of processes; write one from 1 up, or false for no limit",
    "limits = { disk = '1GB' }": "setting 'limits': unknown limit 'disk'; known are memory, processes, file-size",
    "revalidate = 'soon'": "setting 'revalidate': 'soon' is no duration; write 90s, 5m, 2h or 30d",
    "revalidate = 0": "setting 'revalidate': 0 is no duration; write 90s, 5m, 2h or 30d",
    "revalidate = true": "setting 'revalidate': True is no duration; write 90s, 5m, 2h or 30d",
    "revalidate = nan": "setting 'revalidate': nan is no duration; write 90s, 5m, 2h or 30d",
    "revalidate = 2027-01-01": "setting 'revalidate': datetime.date(2027, 1, 1) is no duration; write 90s, 5m, 2h or 30d",
    "revalidate = '99999999999d'": "setting 'revalidate': '99999999999d' is no duration; write 90s, 5m, 2h or 30d",
    "exclude-tags = {a = 1}": "setting 'exclude-tags': write a string, or a list of strings",
}


@pytest.mark.parametrize(("line", "message"), WRONG.items())
def test_what_a_setting_cannot_be_is_told_with_its_line(tmp_path: Path, line: str, message: str) -> None:
    assert refusal(written(tmp_path, f"# ours\ndisable = []\n{line}\n")) == f"adrtool.toml:3: {message}"


def test_the_line_is_that_of_our_own_table(tmp_path: Path) -> None:
    text = "[tool.other]\njobs = 0\n\n[tool.adrtool]\nrecords = []\njobs = 0\n\n[tool.more]\njobs = 0\n"
    assert refusal(written(tmp_path, text, "pyproject.toml")).startswith("pyproject.toml:6: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("jobs = 3\njobs = 4\n", "adrtool.toml:2: not TOML: "),
        ("jobs =\n", "adrtool.toml:1: not TOML: "),
        ("records = [", "adrtool.toml:1: not TOML: "),
        (b"# gr\xfc\xdfe\njobs = 1\n", "adrtool.toml:1: not UTF-8; save it as UTF-8"),
        (b"\n\n# gr\xfc\xdfe\n", "adrtool.toml:3: not UTF-8; save it as UTF-8"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(tmp_path: Path, text: str | bytes, message: str) -> None:
    assert refusal(written(tmp_path, text)).startswith(message)


@pytest.mark.parametrize("text", ["[tool]\nadrtool = 3\n", "tool = {adrtool = []}"])
def test_a_table_that_is_none_is_told(tmp_path: Path, text: str) -> None:
    assert "[tool.adrtool] must be a table" in refusal(written(tmp_path, text, "pyproject.toml"))


def test_a_folder_of_that_name_is_no_settings_file(tmp_path: Path) -> None:
    (tmp_path / "adrtool.toml").mkdir()
    assert find_settings(tmp_path) == Settings()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("5m", 300),
        ("2h", 7200),
        ("30d", 2592000),
        ("2w", 1209600),
        (" 1.5 h ", 5400),
        (10, 10),
        (0.5, 0.5),
    ],
)
def test_durations(text: object, seconds: float) -> None:
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "5", "5 parsecs", "-5m", "0d", "5mm", 0, -1, True, None, float("inf"), 1e300, [], "1e3s"]
)
def test_what_is_no_duration(text: object) -> None:
    with pytest.raises(ValueError, match="is no duration; write 90s, 5m, 2h or 30d"):
        duration(text)
