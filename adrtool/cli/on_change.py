"""`--on-change`: tell somebody else's command what a run changed."""

from __future__ import annotations

import subprocess
import sys

from adrtool.cli import options


def tell(command: str, document: str) -> None:
    """Run a shell command with the report on its standard input; its failure is one line, and changes no verdict.

    What it prints goes to stderr: stdout is for the report.
    """
    sys.stdout.flush()
    try:
        done = subprocess.run(command, shell=True, input=document.encode(), stdout=2, check=False)  # noqa: S602
    except OSError as error:
        options.warn(f"--on-change could not be run: {error.strerror or error}")
        return
    if done.returncode < 0:
        options.warn(f"--on-change was killed by signal {-done.returncode}: {command}")
    elif done.returncode:
        options.warn(f"--on-change ended with {done.returncode}: {command}")
