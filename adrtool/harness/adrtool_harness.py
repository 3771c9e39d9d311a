"""Runs one piece of Python evidence in this process and reports how it ended.

Its job comes as JSON in $ADRTOOL_JOB; its report goes to the file that the job names, with the
job's nonce. A process that ends without that report has said nothing, whatever its exit code.
"""

import contextlib
import json
import os
import runpy
import sys
import threading
import traceback

from adrtool_endings import ending, is_refutation, one_line, own_frames, place_of
from adrtool_evidence import Skipped
from adrtool_limits import bound
from adrtool_reads import Reads

_ME = os.getpid()


class Threads:
    """Notes the first exception that a thread did not catch."""

    def __init__(self):
        self.raised = None
        threading.excepthook = self._note

    def _note(self, args):
        if args.exc_type is not SystemExit and self.raised is None:
            self.raised = args.exc_value
        sys.__excepthook__(args.exc_type, args.exc_value, args.exc_traceback)

    def join(self):
        """Wait for all threads that the interpreter would wait for."""
        for thread in threading.enumerate():
            if thread is not threading.current_thread() and not thread.daemon:
                thread.join()


def main():
    """Do the job that the environment names."""
    job = json.loads(os.environ.pop("ADRTOOL_JOB"))
    bound(job["limits"])
    sys.path.insert(0, os.path.dirname(job["script"]))
    reads = Reads(job["root"])
    threads = Threads()
    said = _run(job)
    threads.join()
    if threads.raised is not None and said["ending"] == "passed":
        said = ending("errored", "an exception in a thread: " + one_line(threads.raised))
    said.update(nonce=job["nonce"], opened=sorted(reads.opened), asked=sorted(reads.asked), listed=sorted(reads.listed))
    if os.getpid() == _ME:  # a forked child has no say
        write_report(job["report"], said)


def _run(job):
    if job["tests"]:
        from adrtool_tests import run_tests

        return run_tests(job)
    return run_script(job["script"], debug=job["pdb"])


def write_report(path, said):
    """Put the report in its place, whole."""
    with open(path + ".part", "w", encoding="utf-8") as file:
        json.dump(said, file)
    os.replace(path + ".part", path)


def run_script(script, debug=False):
    """Run the file as `__main__`; how it ended."""
    sys.argv = [script]
    try:
        runpy.run_path(script, run_name="__main__")
    except Skipped as skip:
        return ending("skipped", str(skip), place_of(skip, script))
    except SystemExit as stop:
        if stop.code in (None, 0):
            return ending("passed")
        if stop.code == 77:
            return ending("skipped", "exit 77", place_of(stop, script))
        said = "the script ended with sys.exit(%r); to say no, let an assertion fail" % (stop.code,)
        return ending("errored", said, place_of(stop, script))
    except BaseException as error:  # whatever it was, it is the evidence's own, and is reported
        _show(error, script, debug)
        return ending("failed" if is_refutation(error) else "errored", one_line(error), place_of(error, script))
    return ending("passed")


def _show(error, script, debug):
    with contextlib.suppress(OSError, ValueError, AttributeError):  # the script may have closed what it is printed to
        shown = traceback.TracebackException(type(error), error, own_frames(error, script))
        shown.stack = traceback.StackSummary.from_list([frame for frame in shown.stack if not _is_ours(frame)])
        print("".join(shown.format()), end="", file=sys.stderr)
    if debug:
        import pdb

        pdb.post_mortem(own_frames(error, script))


def _is_ours(frame):
    return os.path.dirname(frame.filename) == os.path.dirname(os.path.abspath(__file__))


if __name__ == "__main__":
    main()
