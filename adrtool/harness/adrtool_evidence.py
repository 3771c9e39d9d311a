"""What evidence may say beside pass and fail: a measure with its bound, or a skip with its reason.

adrtool puts this module on the path of every evidence interpreter, whatever its
environment holds, so it uses the standard library alone and runs on old Pythons.
"""

import json
import math
import os

MEASURES = "ADRTOOL_MEASURES"


class Skipped(BaseException):
    """Ends the run as skipped; not an `Exception`, so that no `except Exception` swallows it."""


def skip(reason):
    """End this run as skipped: what it needs is not here, so it says neither yes nor no.

    Raises Skipped, which the harness reports with `reason`.
    """
    raise Skipped(str(reason))


def measure(name, value, *, at_most=None, at_least=None, unit=""):
    """Record a number under `name` and assert its bounds; returns the number as a float.

    `value` and the bounds are finite numbers in `unit` (anything with `__float__`, NumPy and
    tensor scalars too). Raises AssertionError when a bound is broken, TypeError for what is no
    number (text, booleans), ValueError for NaN and infinities: those refute nothing.
    """
    if not isinstance(name, str) or not name:
        raise TypeError("measure() needs a name: measure('max_abs_diff', value)")
    __tracebackhide__ = True  # pytest shows the line that measured, not this one
    number = _number(name, value)
    line = {"name": name, "value": number, "unit": str(unit)}
    if at_most is not None:
        line["at_most"] = _number(name + ": at_most", at_most)
    if at_least is not None:
        line["at_least"] = _number(name + ": at_least", at_least)
    _record(line)
    suffix = " " + unit if unit else ""
    if at_most is not None and number > line["at_most"]:
        raise AssertionError("%s is %.6g%s, at most %.6g was claimed" % (name, number, suffix, line["at_most"]))
    if at_least is not None and number < line["at_least"]:
        raise AssertionError("%s is %.6g%s, at least %.6g was claimed" % (name, number, suffix, line["at_least"]))
    return number


def _number(name, value):
    if isinstance(value, (bool, str, bytes)) or not hasattr(value, "__float__"):
        raise TypeError("measure(%r): %r is not a number" % (name, value))
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("measure(%r): %r is not a finite number" % (name, number))
    return number


def _record(line):
    path = os.environ.get(MEASURES)
    if path is None:  # run by hand: the terminal is the record
        print("measure " + json.dumps(line, sort_keys=True))
        return
    with open(path, "a", encoding="utf-8") as file:
        file.write(json.dumps(line, sort_keys=True) + "\n")
