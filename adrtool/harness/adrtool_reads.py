"""Notes what Python evidence asks of the files below its root, as far as access times cannot tell."""

import os
import sys

_LISTS = ("os.listdir", "os.scandir")
# What looks for files on nobody's behalf: imports, and pytest's own search for conftest files.
_MACHINERY = ("<frozen importlib", os.sep + "importlib" + os.sep, os.sep + "_pytest" + os.sep)


class _Watched:
    """A function of the system that also tells which path it is called for.

    An object, for a function would become a method of every class that keeps it (`pathlib` does, before Python 3.11).
    """

    def __init__(self, original, tell):
        self.original = original
        self.tell = tell

    def __call__(self, *args, **kwargs):
        if kwargs.get("dir_fd") is None:
            self.tell(*(args or (kwargs.get("path"),)))
        return self.original(*args, **kwargs)

    def __getattr__(self, name):
        return getattr(self.original, name)


class Reads:
    """Paths below a root, from it: files that were opened, names that were asked about, folders that were listed.

    A file that is missing leaves no trace on disk, nor does a question whether it is there; and for such questions
    (`os.stat` and its like) Python raises no audit event.
    """

    def __init__(self, root):
        self.roots = tuple({os.path.join(path(root), "") for path in (os.path.abspath, os.path.realpath)})
        self.opened = set()
        self.asked = set()
        self.listed = set()
        sys.addaudithook(self._hook)
        for original in (os.stat, os.lstat, os.access):
            self._watch(original, self._asks)
        self._watch(os.open, self._opens)

    def _watch(self, original, tell):
        watched = _Watched(original, tell)
        for supporting in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
            if original in supporting:
                supporting.add(watched)
        setattr(os, original.__name__, watched)

    def _asks(self, path, *_):
        self._note(path, self.asked, on_behalf=True)

    def _opens(self, path, flags=0, *_):
        if not isinstance(flags, int) or flags & (os.O_RDONLY | os.O_WRONLY | os.O_RDWR) != os.O_WRONLY:
            self._note(path, self.opened)

    def _hook(self, event, args):
        if event == "open":
            path, mode, flags = args
            if mode is not None:  # else it is `os.open`, whose event does not tell from which folder a path starts
                self._opens(path, flags)
        elif event in _LISTS:
            path = args[0] if args and args[0] is not None else "."
            self._note(path, self.listed, on_behalf=True)

    def _note(self, path, into, on_behalf=False):
        try:
            absolute = os.path.abspath(os.fsdecode(path))
        except (OSError, TypeError, ValueError):  # a descriptor, a folder that is gone, or what is no path
            return
        for root in self.roots:
            if (absolute + os.sep).startswith(root):
                if not on_behalf or self._is_the_evidences_own():
                    into.add(absolute[len(root) :])
                return

    def _is_the_evidences_own(self):
        """Whether evidence asked, by itself or through a library, and not the machinery that runs it."""
        frame = sys._getframe(3)
        while frame is not None:
            name = frame.f_code.co_filename
            if name.startswith(self.roots):
                return True
            if any(part in name for part in _MACHINERY):
                return False
            frame = frame.f_back
        return True
