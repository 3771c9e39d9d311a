"""Bounds on this process and all that it starts; and a start of another program within them.

    python adrtool_limits.py DESCRIPTOR LIMITS PROGRAM [ARGUMENT]...

becomes PROGRAM. Where the system refuses to start it, the reason is written to DESCRIPTOR, which PROGRAM does not get.
"""

import json
import os
import signal
import sys

try:
    import resource
except ImportError:  # Windows has none
    resource = None

OOM_SCORE = "/proc/self/oom_score_adj"


def bound(limits):
    """Set the bounds that `limits` names (`file_size`, in bytes), and leave no picture of memory behind a crash."""
    try:
        with open(OOM_SCORE, "r+") as file:  # where memory runs out, this is to end and not the user's programs
            if int(file.read()) < 500:
                file.seek(0)
                file.write("500")
    except (OSError, ValueError):
        pass
    if resource is None:
        return
    for name, kind in (("file_size", "RLIMIT_FSIZE"), ("core", "RLIMIT_CORE")):
        most = limits.get(name, 0 if name == "core" else None)
        if most is not None and hasattr(resource, kind):
            hard = resource.getrlimit(getattr(resource, kind))[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(getattr(resource, kind), (most, most))


def main():
    descriptor, limits, program = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    os.set_inheritable(descriptor, False)
    bound(json.loads(limits))
    for name in ("SIGPIPE", "SIGXFSZ"):  # Python ignores them, and what it becomes would, too
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    try:
        os.execv(program[0], program)  # noqa: S606 -- to become it is the purpose
    except OSError as error:
        os.write(descriptor, (error.strerror or str(error)).encode())
        os._exit(126)


if __name__ == "__main__":
    main()
