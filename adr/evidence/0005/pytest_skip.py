"""pytest ends with 0 when every test was skipped."""

import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = "import pytest\ndef test_it(): pytest.skip('no accelerator')\n"


def exit_code(text):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_it.py").write_text(text)
        command = [sys.executable, "-m", "pytest", "-q", "-c", "/dev/null", "-p", "no:cacheprovider", "-p", "no:adrtool"]
        return subprocess.run([*command, "--rootdir", folder, folder], capture_output=True).returncode


assert exit_code(SKIPPED) == 0, "pytest tells a skip by its exit code now"
assert exit_code(SKIPPED.replace("pytest.skip", "pytest.fail")) == 1  # the control: a failure is told
