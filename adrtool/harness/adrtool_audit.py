"""What a negated assertion calls while `adrtool audit` runs a script. Standard library alone, for old Pythons."""

from adrtool_endings import is_refutation
from adrtool_evidence import _record

_WORDS = "negated by adrtool audit"
_seen = set()


def negated(check):
    """Call `check`, an assertion helper: it has to say no. Raises AssertionError where it says yes.

    Of a helper that is a context manager, the context is negated.
    """
    try:
        return denied(check())
    except _YesError:
        raise
    except BaseException as error:
        if not is_refutation(error):
            raise
        return None


def denied(said):
    """The negation of an assertion helper that gave `said`, and so said yes."""
    if hasattr(said, "__enter__") and hasattr(said, "__exit__"):
        return _Negated(said)
    raise _YesError(_WORDS)


def some(items):
    """What a loop goes through whose every round says no, negated: nothing.

    Raises AssertionError where there was nothing before.
    """
    for _ in items:
        return ()
    raise AssertionError(_WORDS)


def reached(name):
    """Tell by a measure of that name that an assertion is reached; True."""
    if name not in _seen:
        _seen.add(name)
        _record({"name": name, "value": 1.0})
    return True


class _YesError(AssertionError):
    """Tells the negation's own no from that of the assertion."""


class _Negated:
    def __init__(self, context):
        self._context = context

    def __enter__(self):
        return self._context.__enter__()

    def __exit__(self, *raised):
        try:
            swallowed = self._context.__exit__(*raised)
        except BaseException as error:
            if not is_refutation(error):
                raise
            return True
        if raised[0] is not None and not swallowed:
            return False  # another exception than it is about
        raise AssertionError(_WORDS)

    def __getattr__(self, name):
        return getattr(self._context, name)
