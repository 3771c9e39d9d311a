"""Python's audit hook does not see what a child process reads."""

import subprocess
import sys
import tempfile
from pathlib import Path

opened = set()
sys.addaudithook(lambda event, args: opened.add(str(args[0])) if event == "open" else None)

with tempfile.TemporaryDirectory() as name:
    here, there = Path(name, "here.txt"), Path(name, "there.txt")
    here.touch()
    subprocess.run(["sh", "-c", f"echo x > {there}; cat {there}"], check=True, stdout=subprocess.DEVNULL)
    here.read_text()

assert str(here) in opened  # the control: its own process it does see
assert str(there) not in opened, "the hook sees child processes now"
