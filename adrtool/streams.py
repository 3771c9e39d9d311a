"""The streams that every answer goes to, whatever their encoding."""

from __future__ import annotations

import sys


def forgive() -> None:
    """Let standard output and error write what their encoding lacks as escapes, and never fail for it.

    ASCII alone is nobody's terminal, but a setting that is missing: click writes UTF-8 there, and so does everybody.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            is_ascii = (stream.encoding or "").lower() in ("ascii", "us-ascii", "ansi_x3.4-1968", "646")
            stream.reconfigure(encoding="utf-8" if is_ascii else None, errors="backslashreplace")
