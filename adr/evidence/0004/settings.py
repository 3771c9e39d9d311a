"""uv does not read pip's settings.

A package that pip would find through PIP_FIND_LINKS is out of uv's sight until UV_FIND_LINKS names the folder.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from _wheels import make_wheel
from uv import find_uv_bin

with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    make_wheel(folder, "parcel", "1.0")
    bare = {key: value for key, value in os.environ.items() if not key.startswith(("UV_", "PIP_"))}
    bare["UV_CACHE_DIR"] = str(folder / "cache")

    def finds_parcel(**settings):
        command = [find_uv_bin(), "pip", "install", "--dry-run", "--no-index", "--python", sys.executable, "parcel"]
        return subprocess.run(command, cwd=folder, env=bare | settings, capture_output=True).returncode == 0

    assert finds_parcel(UV_FIND_LINKS=name), "the set-up is at fault"
    assert not finds_parcel(PIP_FIND_LINKS=name), "uv reads PIP_FIND_LINKS now"
