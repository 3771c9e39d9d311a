"""A process that ends early with 0: what pytest says, and what adrtool says."""

import json
import os
import subprocess
import sys

LEAVES = "import os\n\ndef test_it():\n    os._exit(0)\n    assert False\n"
PYTEST = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "-p", "no:cacheprovider", "-p", "no:adrtool"]


def test_pytest_looks_green(tmp_path):
    (tmp_path / "test_it.py").write_text(LEAVES)
    assert subprocess.run([*PYTEST, "--rootdir", str(tmp_path), str(tmp_path)]).returncode == 0
    (tmp_path / "test_it.py").write_text(LEAVES.replace("os._exit(0)", "pass"))  # the control
    assert subprocess.run([*PYTEST, "--rootdir", str(tmp_path), str(tmp_path)]).returncode == 1


def test_adrtool_calls_it_broken(tmp_path):
    (tmp_path / "adr" / "evidence").mkdir(parents=True)
    (tmp_path / "adr" / "evidence" / "e.py").write_text(LEAVES)
    (tmp_path / "adr" / "0001-t.md").write_text("# T\n\n## Status\n\nAccepted\n\n[It holds](evidence/e.py#test_it)\n")
    command = [sys.executable, "-m", "adrtool", "verify", "--json", "--dir", str(tmp_path / "adr")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    claim = json.loads(done.stdout)["claims"][0]
    assert (done.returncode, claim["verdict"]) == (11, "broken")
    assert "without a report" in claim["message"]
