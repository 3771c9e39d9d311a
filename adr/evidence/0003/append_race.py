"""`git notes append` loses lines when several run at once.

Thirty appends, all started together, on one note. It shows that lines can get lost, not how often.
"""

import subprocess
import tempfile

from adrtool_evidence import measure

APPENDS = 30
GIT = ["git", "-c", "user.name=evidence", "-c", "user.email=evidence@example.org"]


def lines_after(folder, together):
    """How many of the lines are in the note in the end."""
    subprocess.run([*GIT, "init", "--quiet", folder], check=True)
    subprocess.run([*GIT, "commit", "--quiet", "--allow-empty", "--message", "one"], cwd=folder, check=True)
    started = []
    for number in range(APPENDS):
        child = subprocess.Popen([*GIT, "notes", "append", "-m", f"line {number}"], cwd=folder, stderr=subprocess.DEVNULL)
        started.append(child)
        if not together:
            child.wait()
    for child in started:
        child.wait()
    shown = subprocess.run([*GIT, "notes", "show"], cwd=folder, capture_output=True, text=True, check=True)
    return sum(line.startswith("line ") for line in shown.stdout.splitlines())


with tempfile.TemporaryDirectory() as alone, tempfile.TemporaryDirectory() as at_once:
    assert lines_after(alone, together=False) == APPENDS  # the control: one after the other, none is lost
    measure("lines_kept", lines_after(at_once, together=True), at_most=APPENDS - 1, unit=f"of {APPENDS}")
