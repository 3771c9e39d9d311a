"""What being asked to end means while evidence runs."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from adrtool.errors import AdrtoolError, ExitCode

_REQUESTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interruption:
    """Whether somebody asked for the end."""

    def __init__(self) -> None:
        self.came = False

    @property
    def failure(self) -> AdrtoolError | None:
        """What to tell of it at the end."""
        if not self.came:
            return None
        failure = AdrtoolError("interrupted; what had finished is kept")
        failure.exit_code = ExitCode.INTERRUPTED
        return failure


@contextmanager
def stopping(stop: Callable[[], None]) -> Iterator[Interruption]:
    """Within it, the first request to end calls `stop`, and the work in hand is finished; a second one breaks off.

    An exception in the midst of keeping an outcome would lose it. `stop` is called in a thread of its own.
    """
    interruption = Interruption()

    def asked(*_: object) -> None:
        if interruption.came:
            raise KeyboardInterrupt
        interruption.came = True
        threading.Thread(target=stop, name="stop", daemon=True).start()

    heard = [number for number in _REQUESTS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, asked) for number in heard}
    try:
        yield interruption
    except KeyboardInterrupt:
        stop()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def terminable() -> Iterator[None]:
    """Within it, being asked to end (a cancelled job, a closed terminal) is an interruption: no orphan stays behind."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
