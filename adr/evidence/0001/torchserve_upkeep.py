# /// script
# requires-python = ">=3.11"
# dependencies = ["uv"]
#
# [tool.adrtool]
# constraints = "constraints/index.txt"
# needs = ["network"]
# ///
"""TorchServe is kept up: it has had a release within the last eighteen months.

The package index is asked twice for the newest TorchServe: as of now, and as of eighteen months ago (uv's
--exclude-newer, which goes by upload dates). The same answer means no release in between. The control asks the
same of PyTorch, which releases every few months: if that stands still too, the index gives no dates, and
nothing can be said. A project may be alive without releases; this one says of itself that it is not:
its repository was archived on 2025-08-07, "no longer actively maintained", with no fixes and no security
patches planned (github.com/pytorch/serve, docs.pytorch.org/serve; read 2026-11-23).
"""

import subprocess
from datetime import UTC, datetime, timedelta

import uv
from adrtool_evidence import measure

NOW = datetime.now(UTC)
THEN = NOW - timedelta(days=548)


def newest(package, moment):
    """The newest stable release that had been uploaded by then, as `name==version`."""
    options = ["--no-deps", "--no-header", "--no-annotate", "--quiet", "--no-config", "--python-version", "3.11"]
    command = [uv.find_uv_bin(), "pip", "compile", "-", *options, "--exclude-newer", moment.isoformat()]
    return subprocess.run(command, input=package, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


if newest("torch", NOW) == newest("torch", THEN):
    raise RuntimeError("PyTorch has no new release in eighteen months either: this index tells no upload dates")
then, now = newest("torchserve", THEN), newest("torchserve", NOW)
measure("releases_moved", int(then != now))
assert then != now, f"no release since {THEN:%Y-%m-%d}: {now} is the newest, then and today"
