"""Where the command `adr` begins."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run one command of adr-tools, and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")
    sys.exit(run(sys.argv[1:]))


def run(words: list[str]) -> int:
    """Run one command; every failure is one line."""
    from adrtool.adr.commands import COMMANDS, help_command
    from adrtool.adr.log import AdrError

    try:
        command = COMMANDS.get(words[0]) if words else None
        code = command(words[1:]) if command is not None else help_command([]) or 1
        sys.stdout.flush()
    except AdrError as error:
        sys.stdout.flush()
        print(error if error.on_stdout else f"adr: {error}", file=sys.stdout if error.on_stdout else sys.stderr)
        return error.code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read us has seen enough; keep Python from complaining while it closes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code
