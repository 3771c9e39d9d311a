"""What the end of evidence means: the exceptions that say no, their words, and their places."""

import os
import sys
import traceback

MESSAGE_LIMIT = 4000  # characters


def ending(name, message="", place=""):
    """How a piece of evidence ended, as the report spells it."""
    return {"ending": name, "message": message[:MESSAGE_LIMIT], "place": place}


def is_refutation(error):
    """An assertion, or pytest's own `Failed`, says no; any other exception says nothing."""
    if isinstance(error, AssertionError):
        return True
    pytest = sys.modules.get("pytest")
    if pytest is None or isinstance(error, pytest.xfail.Exception):
        return False
    return isinstance(error, pytest.fail.Exception)


def one_line(error):
    """What an exception says: an assertion without a message is given its source line."""
    try:
        text = str(error).strip()
    except Exception as worse:
        text = "its message cannot be shown: %s" % type(worse).__name__
    if not isinstance(error, AssertionError):
        return "%s: %s" % (type(error).__name__, text) if text else type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)
    return text or (frames[-1].line if frames and frames[-1].line else "AssertionError")


def own_frames(error, script):
    """The traceback from the script's own first frame on; the harness is nobody's business."""
    tb = error.__traceback__
    while tb is not None and tb.tb_frame.f_code.co_filename != script:
        tb = tb.tb_next
    return tb if tb is not None else error.__traceback__


def place_of(error, script):
    """`path:line` of the deepest frame in the script's own folder; an unparsable file's own line."""
    if isinstance(error, SyntaxError) and error.filename:
        return "%s:%s" % (error.filename, error.lineno)
    home = os.path.join(os.path.dirname(script), "")
    place = ""
    for frame, line in traceback.walk_tb(error.__traceback__):
        name = frame.f_code.co_filename
        if name.startswith(home):
            place = "%s:%d" % (name, line)
    return place
