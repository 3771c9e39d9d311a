"""Scripts: what their blocks ask for is read exactly, and what cannot be run is one clear line."""

from __future__ import annotations

import os
import textwrap
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adrtool.errors import EvidenceError
from adrtool.evidence.needs import Need, NeedKind
from adrtool.evidence.script import Kind, Requirements, Script, read_script, script_from

PATH = "adr/evidence/claim.py"


def no_file(name: str) -> str:
    raise AssertionError(f"{name} was asked for")


def script(text: str, kind: Kind = Kind.PYTHON) -> Script:
    return script_from(textwrap.dedent(text), PATH, kind, no_file)


def refusal(text: str, kind: Kind = Kind.PYTHON) -> str:
    with pytest.raises(EvidenceError) as caught:
        script(text, kind)
    assert caught.value.line is not None
    return str(caught.value)


def in_block(*lines: str) -> str:
    return "\n".join(["# /// script", *(f"# {line}" if line else "#" for line in lines), "# ///", ""])


def written(root: Path, path: str, text: str | bytes, mode: int = 0o644) -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    file.chmod(mode)
    return file


FULL = """\
#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow==2.21.*", "numpy"]
#
# [tool.adrtool]
# timeout = "5m"
# revalidate = "30d"
# needs = ["network", "os:linux"]
# inputs = ["../../models/*.json", "/pyproject.toml"]
# tags = ["heavy", "gpu-only"]
# exclusive = true
# retries = 2
# ///
assert True
"""


def test_every_key_is_read() -> None:
    assert script(FULL) == Script(
        path=PATH,
        kind=Kind.PYTHON,
        requirements=Requirements(("numpy", "tensorflow==2.21.*"), ">=3.11"),
        timeout=300.0,
        revalidate=timedelta(days=30),
        needs=(Need(NeedKind.NETWORK), Need(NeedKind.OS, "linux")),
        inputs=("../../models/*.json", "/pyproject.toml"),
        tags=("heavy", "gpu-only"),
        exclusive=True,
        retries=2,
        line=2,
        text=FULL,
    )


def test_without_a_block_everything_is_by_default() -> None:
    plain = script("assert True\n")
    assert plain.requirements is None
    assert (plain.timeout, plain.revalidate, plain.inputs, plain.retries) == (120.0, None, None, 0)


def test_declared_empty_is_not_undeclared() -> None:
    assert script(in_block("[tool.adrtool]", "inputs = []")).inputs == ()
    assert script(in_block("[tool.adrtool]")).inputs is None


@pytest.mark.parametrize(
    ("lines", "requirements"),
    [
        ((), None),
        (("[tool.adrtool]", "timeout = 3"), None),
        (("dependencies = []",), Requirements()),
        (('requires-python = ">=3.8"',), Requirements((), ">=3.8")),
        (('dependencies = ["six"]', 'requires-python = ""'), Requirements(("six",))),
    ],
)
def test_an_environment_is_asked_for_by_two_keys(lines: tuple[str, ...], requirements: Requirements | None) -> None:
    assert script(in_block(*lines)).requirements == requirements


def test_order_and_spacing_make_no_other_environment() -> None:
    one = script(in_block('dependencies = ["six", "Tomli >= 1, <3"]', 'requires-python = "<4,>=3.8"'))
    other = script(in_block('requires-python = ">=3.8, <4"', 'dependencies = ["Tomli<3,>=1", "six ", "six"]'))
    assert one.requirements == other.requirements
    assert one.requirements != script(in_block('dependencies = ["six", "tomli>=2"]')).requirements


@pytest.mark.parametrize(
    ("value", "seconds"), [('"90s"', 90.0), ('"5m"', 300.0), ('"2h"', 7200.0), ("45", 45.0), ("0.5", 0.5)]
)
def test_a_timeout_is_a_duration(value: str, seconds: float) -> None:
    assert script(in_block("[tool.adrtool]", f"timeout = {value}")).timeout == seconds


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('timeout = "soon"', "timeout: 'soon' is no duration; write 90s, 5m, 2h or 30d"),
        ("timeout = 0", "timeout: 0 is no duration"),
        ("timeout = true", "timeout: True is no duration"),
        ("timeout = inf", "timeout: inf is no duration"),
        ('revalidate = "never"', "revalidate: 'never' is no duration"),
        ('needs = "gpu"', 'needs: write a list of texts: ["...", "..."]'),
        ('needs = ["cpu"]', "needs: unknown need 'cpu'; known are gpu, network, docker"),
        ("inputs = [1]", "inputs: write a list of texts"),
        ('inputs = [""]', "inputs: write a list of texts"),
        ('tags = ["two words"]', "tags: 'two words' is no tag; use letters, digits, - and _"),
        ('tags = ["not"]', "tags: 'not' is no tag"),
        ("exclusive = 1", "exclusive: write true or false"),
        ("retries = true", "retries: write a whole number from 0 to 100"),
        ('network = "yes"', "network: write true or false"),
        ("limits = 3", 'limits: write a table: { memory = "8GB"'),
        ("limits = { memory = '1 cow' }", "limits: '1 cow' is no size"),
        ("limits = { process = 3 }", "limits: unknown limit 'process'; known are memory, processes, file-size"),
        ("retries = -1", "retries: write a whole number from 0 to 100"),
        ("constraints = 3", "constraints: write a list of texts"),
        (
            "timout = 3",
            "unknown key in [tool.adrtool]: 'timout', did you mean 'timeout'? (known: constraints,",
        ),
        ("colour = 3", "unknown key in [tool.adrtool]: 'colour' (known: constraints,"),
    ],
)
def test_a_wrong_value_is_named_with_its_line(line: str, words: str) -> None:
    said = refusal(
        in_block("dependencies = []", "", "[tool.adrtool]", 'tags = ["a"]' if "tags" not in line else "", line)
    )
    assert said.startswith(f"{PATH}:6: {words}")


def test_an_entry_of_a_long_list_has_its_own_line() -> None:
    listed = ("[tool.adrtool]", "needs = [", '  "network",', '  "os:beos",', "]")
    assert refusal(in_block(*listed)).startswith(f"{PATH}:5: needs: unknown system in need 'os:beos'")
    other = ("dependencies = [", '  "six",', '  "num py",', "]")
    assert refusal(in_block(*other)).startswith(f"{PATH}:4: dependencies: 'num py' is no requirement:")


def test_a_key_of_another_table_is_not_taken_for_ours() -> None:
    lines = ("[tool.other]", 'timeout = "soon"', "", "[tool.adrtool]", 'timeout = "late"')
    assert refusal(in_block(*lines)).startswith(f"{PATH}:6: timeout: 'late'")
    assert script(in_block(*lines[:4])).timeout == 120.0


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (('dependencies = "six"',), '2: dependencies: write a list of texts: ["NAME==VERSION"]'),
        (("dependencies = [1]",), "2: dependencies: write a list of texts"),
        (('requires-python = "3.x"',), "2: requires-python: '3.x' is no version specifier; write \">=3.11\""),
        (("requires-python = 3.11",), "2: requires-python: 3.11 is no version specifier"),
        (('dependancies = ["six"]',), "2: unknown key in the block: 'dependancies', did you mean 'dependencies'?"),
        (('timeout = "5m"',), "2: unknown key in the block: 'timeout' (known: dependencies, requires-python, tool)"),
        (("tool = 3",), "2: [tool.adrtool] must be a table"),
        (("[tool]", "adrtool = 3"), "3: [tool.adrtool] must be a table"),
    ],
)
def test_a_block_that_asks_for_the_wrong_thing(lines: tuple[str, ...], words: str) -> None:
    assert refusal(in_block(*lines)).startswith(f"{PATH}:{words}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1\n# /// script\n# dependencies = [\n# ///\n", "3: the block is not TOML: Invalid value"),
        ("# /// script\n# a = 1\n# a = 2\n# ///\n", "3: the block is not TOML: Cannot overwrite a value"),
        ("# /// script\n# dependencies = []\nimport os\n", "1: the block that begins here is not closed: line 3 is no"),
        ("# /// script\n# dependencies = []\n#oops\n# ///\n", "1: the block that begins here is not closed: line 3"),
        ("# /// script\n# dependencies = []", "1: the block that begins here is not closed: the comments end"),
        ("# /// script\n# ///\n\n# /// script\n# ///\n", "4: a second `script` block, the first is on line 1"),
        ("# /// script\n# ///\n# /// script\n# ///\n", "3: a second `script` block, the first is on line 1"),
        ("#/// script\n# ///\n", "1: a block begins with exactly `# /// script`"),
        ("# /// script \n# ///\n", "1: a block begins with exactly `# /// script`"),
        ("# ///script\n# ///\n", "1: a block begins with exactly `# /// script`"),
        ("if True:\n    # /// script\n    # ///\n    pass\n", "2: a block begins with exactly `# /// script`"),
    ],
)
def test_a_broken_block_is_never_passed_over(text: str, words: str) -> None:
    assert refusal(text).startswith(f"{PATH}:{words}")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_make_no_difference(end: str) -> None:
    text = FULL.replace("\n", end)
    assert script_from(text, PATH, Kind.PYTHON, no_file).requirements == script(FULL).requirements


def test_a_block_ends_with_the_last_closing_line_of_its_comments() -> None:
    text = in_block("[tool.adrtool]", 'inputs = ["""', "///", '"""]')
    assert script(text).inputs == ("///\n",)


def test_other_blocks_are_not_ours() -> None:
    assert script("# /// lock\n# this = is not TOML\n# ///\n").requirements is None


def test_a_block_in_a_string_is_no_block() -> None:
    quoted = f"'''\n{in_block('dependencies = [')}'''\n"
    assert script(quoted).requirements is None
    assert script(quoted + in_block("dependencies = []")).requirements == Requirements()


@pytest.mark.parametrize("leader", ["#", "//"])
def test_other_languages_carry_settings_behind_their_comments(leader: str) -> None:
    block = in_block('dependencies = "theirs"', "", "[tool.adrtool]", 'timeout = "9s"').replace("# ", f"{leader} ")
    text = f"#!/bin/thing\n{block}".replace("\n#\n", f"\n{leader}\n")
    read = script(text, Kind.EXECUTABLE)
    assert (read.timeout, read.requirements, read.line) == (9.0, None, 2)
    assert "did you mean 'timeout'" in refusal(text.replace("timeout", "timeuot"), Kind.EXECUTABLE)


def test_slashes_are_no_comment_of_python() -> None:
    assert script("// /// script\n// ///\n").line == 1
    assert "not closed" in refusal("// /// script\n", Kind.EXECUTABLE)


@given(st.text(alphabet=st.sampled_from("#/ script\n[]=\"'tolad.r\r"), max_size=80), st.sampled_from(Kind))
def test_any_text_is_read_or_refused(text: str, kind: Kind) -> None:
    try:
        read = script_from(text, PATH, kind, no_file)
    except EvidenceError as error:
        assert error.line is not None
        assert 1 <= error.line <= text.count("\n") + text.count("\r") + 1
    else:
        assert read.path == PATH


@given(
    st.lists(st.sampled_from(["six", "tomli>=1", "pytest"]), unique=True),
    st.text(alphabet="abc\n #'", max_size=30).map(lambda text: text.replace("'''", "")),
)
def test_what_stands_around_a_block_changes_nothing(names: list[str], around: str) -> None:
    # An odd quote before the block may make the rest a string: the lines before it are comments here.
    before = "".join(f"# {line}\n" for line in around.split("\n")) + "\n"
    read = script_from(
        before + in_block(f"dependencies = {names}".replace("'", '"')) + "\n", PATH, Kind.PYTHON, no_file
    )
    assert read.requirements == Requirements(tuple(sorted(names)))


# Files.


def test_a_python_file_needs_no_run_bit(tmp_path: Path) -> None:
    written(tmp_path, PATH, FULL)
    assert read_script(tmp_path, PATH).requirements == Requirements(("numpy", "tensorflow==2.21.*"), ">=3.11")


def test_a_byte_order_mark_is_no_part_of_it(tmp_path: Path) -> None:
    written(tmp_path, PATH, b"\xef\xbb\xbf" + in_block("dependencies = []").encode())
    assert read_script(tmp_path, PATH).requirements == Requirements()


def test_any_other_file_needs_the_run_bit(tmp_path: Path) -> None:
    file = written(tmp_path, "adr/evidence/check.sh", "#!/bin/sh\n" + in_block("[tool.adrtool]", "timeout = 3"))
    with pytest.raises(
        EvidenceError, match=r"^adr/evidence/check\.sh: is not executable; `chmod \+x adr/evidence/check\.sh`"
    ):
        read_script(tmp_path, "adr/evidence/check.sh")
    file.chmod(0o755)
    read = read_script(tmp_path, "adr/evidence/check.sh")
    assert (read.kind, read.timeout) == (Kind.EXECUTABLE, 3.0)


def test_a_binary_has_no_settings(tmp_path: Path) -> None:
    written(tmp_path, "evidence/tool", b"\x7fELF\xff\xfe\x00\n# ///", 0o755)
    assert read_script(tmp_path, "evidence/tool").timeout == 120.0


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("evidence/gone.py", "evidence/gone.py: there is no such file; add it, or cite another"),
        ("evidence", "evidence: is a folder; cite a script in it"),
        ("evidence/dangling.py", "evidence/dangling.py: points to a file that is not there"),
        ("evidence/outside.py", "evidence/outside.py: leads out of the repository"),
        ("../outside.py", "../outside.py: leads out of the repository"),
        ("evidence/loop.py", "evidence/loop.py: cannot be followed"),
        ("evidence/pipe.py", "evidence/pipe.py: is no ordinary file"),
        ("evidence/data.json", "evidence/data.json: is data, not evidence; cite the script that checks it"),
        ("evidence/README.md", "evidence/README.md: is data, not evidence"),
        ("evidence/latin.py", "evidence/latin.py:2: is not UTF-8; save it as UTF-8"),
        ("evidence/here.py/under.py", "evidence/here.py/under.py: there is no such file"),
    ],
)
def test_what_cannot_be_run_is_one_line(tmp_path: Path, path: str, words: str) -> None:
    root = tmp_path / "repository"
    written(root, "evidence/here.py", "")
    written(tmp_path, "outside.py", "")
    written(root, "evidence/data.json", "{}", 0o755)
    written(root, "evidence/README.md", "", 0o755)
    written(root, "evidence/latin.py", b"x = 1\ny = '\xe9'\n")
    (root / "evidence/dangling.py").symlink_to("nowhere.py")
    (root / "evidence/outside.py").symlink_to(tmp_path / "outside.py")
    (root / "evidence/loop.py").symlink_to("loop.py")
    os.mkfifo(root / "evidence/pipe.py")
    with pytest.raises(EvidenceError) as caught:
        read_script(root, path)
    assert str(caught.value).startswith(words)
    assert "\n" not in str(caught.value)


def test_a_link_that_stays_inside_is_followed(tmp_path: Path) -> None:
    written(tmp_path, "shared/real.py", in_block("dependencies = []"))
    (tmp_path / "evidence").symlink_to("shared")
    assert read_script(tmp_path, "evidence/real.py").requirements == Requirements()


# Constraints.


def constrained(root: Path, text: str, names: str = '"pins.txt"') -> Requirements | None:
    written(root, "adr/evidence/pins.txt", text)
    written(root, PATH, in_block('dependencies = ["six"]', "", "[tool.adrtool]", f"constraints = {names}"))
    return read_script(root, PATH).requirements


def test_constraints_count_by_what_they_say(tmp_path: Path) -> None:
    first = constrained(tmp_path, "# frozen\nsix==1.16.0  # old\n\ntorch==2.13.0+cpu\n")
    assert first == Requirements(("six",), "", "six==1.16.0\ntorch==2.13.0+cpu")
    assert constrained(tmp_path, "six==1.16.0\r\ntorch==2.13.0+cpu\r\n") == first
    assert constrained(tmp_path, "six==1.17.0\n") != first


def test_constraints_may_be_several_and_stand_elsewhere(tmp_path: Path) -> None:
    written(tmp_path, "pins/more.txt", "numpy<3\n")
    read = constrained(tmp_path, "six==1.16.0\n", '["pins.txt", "/pins/more.txt", "../../pins/more.txt"]')
    assert read is not None
    assert read.constraints == "six==1.16.0\nnumpy<3\nnumpy<3"


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://packages.example/simple",
        "-e git+https://code.example/six",
        "six @ file:///home/somebody/six",
        "https://packages.example/six.whl",
        "six==1.16.0 --hash=sha256:00",
        "six = 1.16",
    ],
)
def test_constraints_hold_versions_only(tmp_path: Path, line: str) -> None:
    with pytest.raises(EvidenceError, match=r"^adr/evidence/pins\.txt:2: .*; write NAME==VERSION$"):
        constrained(tmp_path, f"tomli==2.0\n{line}\n")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gone.txt", "constraints: adr/evidence/gone.txt: there is no such file; add it, or cite another"),
        ("../../../pins.txt", "constraints: ../pins.txt: leads out of the repository"),
        ("../evidence", "constraints: adr/evidence: is a folder"),
    ],
)
def test_constraints_that_cannot_be_read(tmp_path: Path, name: str, words: str) -> None:
    written(tmp_path, "pins.txt", "")
    root = tmp_path / "repository"
    with pytest.raises(EvidenceError) as caught:
        constrained(root, "", f'"{name}"')
    assert str(caught.value).startswith(f"{PATH}:5: {words}")


def test_constraints_without_dependencies_pin_nothing() -> None:
    said = refusal(in_block("[tool.adrtool]", 'constraints = "pins.txt"'))
    assert said == f"{PATH}:3: constraints pin `dependencies`, and there are none"


# Tests and scripts.


@pytest.mark.parametrize(
    "text",
    [
        "def test_a():\n    assert True\n",
        "async def test_a():\n    assert True\n",
        "class TestA:\n    def test_b(self):\n        assert True\n",
        "import unittest\n\nclass Works(unittest.TestCase):\n    def test_b(self):\n        pass\n",
        '"""Doc."""\nfrom x import y\nN: int = 3\ndef helper():\n    return N\n\ndef test_a():\n    assert helper()\n',
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import x\n\ndef test_a():\n    pass\n",
        "import logging\nlog = logging.getLogger(__name__)\n\ndef test_a():\n    pass\n",
        "try:\n    import x\nexcept ImportError:\n    x = None\nelse:\n    def test_a():\n        pass\n",
        "import random\nrandom.seed(0)\n\ndef test_a():\n    pass\n",
        "def test_a():\n    pass\n\nmatch = [case for case in ()]\n",
        "type Newer[T] = ???\n\ndef test_a():\n    pass\n",
    ],
)
def test_a_file_that_only_defines_tests(text: str) -> None:
    assert script(text).only_defines_tests


@pytest.mark.parametrize(
    "text",
    [
        "",
        "assert True\n",
        "def check():\n    assert True\n\ncheck()\n",
        "class Testing:\n    limit = 3\n",
        "def test_a():\n    assert True\n\ntest_a()\n",
        "def test_a():\n    assert True\n\nif __name__ == '__main__':\n    test_a()\n",
        "def test_a():\n    assert True\n\ndef main():\n    test_a()\n\nmain()\n",
        "import pytest\n\ndef test_a():\n    pass\n\nif __name__ == '__main__':\n    pytest.main([__file__])\n",
        "def test_a():\n    pass\n\nfor test in (test_a,):\n    test()\n",
        "text = '''\ndef test_a(): pass\n'''\nassert text\n",
        "def outer():\n    def test_a():\n        pass\n",
        "this is not Python\n",
    ],
)
def test_a_script_runs_by_itself(text: str) -> None:
    assert not script(text).only_defines_tests


def test_tests_are_python() -> None:
    assert not script("def test_a(): pass\n", Kind.EXECUTABLE).only_defines_tests
