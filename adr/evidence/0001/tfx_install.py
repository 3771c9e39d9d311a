# /// script
# requires-python = "==3.11.*"
# dependencies = ["pip==26.3"]
#
# [tool.adrtool]
# timeout = "10m"
# network = true
# needs = ["os:linux", "arch:x86_64"]
# ///
"""TFX's current release installs with pip on Debian 12.

pip is asked for the newest TFX of the index, by number, in a dry run that installs nothing. The controls: pip must find
that TFX itself, else no index answers and the run is skipped; and the part that pip cannot get is looked for again as
if for later Linux systems, to tell a wheel that this system cannot take from a release that does not exist.
By number on purpose: without one, pip quietly falls back to releases of 2019 on Python 3.11, or to TFX 1.16 on 3.10.
Seen 2026-11-23: TFX 1.21.0 needs ml-metadata 1.21, whose wheels are manylinux_2_39, so glibc 2.39 is needed; Debian
12 has 2.36, and there is no source release. An older TFX on Python 3.10 does run there: see tfx_pipeline.py.
What another Linux can take says nothing of Debian 12, so the run is skipped where glibc is another.
"""
import json
import platform
import re
import subprocess
import sys

from adrtool_evidence import skip

DEBIAN_12 = "glibc", "2.36"
LATER_LINUX = [f"--platform=manylinux_2_{minor}_{platform.machine()}" for minor in range(60, 16, -1)]


def pip(*arguments):
    """pip's answer to a dry run: a report where it could do it, else its own words on stderr."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--report", "-"]
    return subprocess.run([*command, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True)


def first(answer):
    """What the report of a successful dry run says of the first package."""
    return json.loads(answer.stdout)["install"][0]


def reason(answer):
    """pip's own words, without its list of the releases that want another Python."""
    lines = (line for line in answer.stderr.splitlines() if line.startswith("ERROR: ") and "Ignored the" not in line)
    return " ".join(line.removeprefix("ERROR: ") for line in lines)


def wheel_for_a_later_linux(requirement):
    answer = pip("--no-deps", "--only-binary=:all:", "--target=.", *LATER_LINUX, requirement)
    return "none either" if answer.returncode else first(answer)["download_info"]["url"].rpartition("/")[2]


libc, release = platform.libc_ver()
if (libc, release) != DEBIAN_12:
    skip(f"Debian 12 has glibc 2.36, this system has {libc or 'another C library'} {release}".rstrip())
newest = pip("--no-deps", "tfx")
if newest.returncode:
    skip("pip finds no TFX at all: " + reason(newest)[-300:])
current = first(newest)["metadata"]["version"]
print("current release: TFX", current)

answer = pip(f"tfx=={current}")
if answer.returncode:
    missing = re.search(r"No matching distribution found for (\S+)", answer.stderr)
    if not missing or "(from versions: none)" in answer.stderr:  # the latter is what an index out of reach looks like
        raise RuntimeError(f"pip fails on TFX {current} for a reason of its own: {reason(answer)[-500:]}")
    raise AssertionError(f"pip cannot install TFX {current}: {missing[0]} on glibc {release}; "
                         f"for a later Linux there is {wheel_for_a_later_linux(missing[1])}")
