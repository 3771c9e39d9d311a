"""What an audit of one script has to try: the assertions that count, there and in the modules beside it."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from adrtool.audit import reach
from adrtool.audit.assertions import Assertion, Constant, Negation, Unnegated, assertions
from adrtool.audit.reach import Reach
from adrtool.audit.source import Source

Read = Callable[[str], str | None]  # a path -> the text of that file; None where there is none


@dataclass(frozen=True, slots=True)
class Survey:
    """The assertions of one piece of evidence."""

    script: Source
    line: int  # where the evidence begins: of its test, else 1
    negations: tuple[Negation, ...]
    constants: tuple[Constant, ...]
    unnegated: tuple[Unnegated, ...]
    beside: tuple[Source, ...]  # the modules beside the script that make assertions, too

    @property
    def is_empty(self) -> bool:
        """Whether nothing in it could ever say no."""
        return not (self.negations or self.constants or self.unnegated)

    def source(self, path: str) -> Source:
        """The file at `path`, which is the script or one beside it."""
        return next(each for each in (self.script, *self.beside) if each.path == path)


def survey(path: str, text: str, test: str | None, read: Read) -> Survey:
    """The assertions that `test` of the script at `path` can come to; without a test, all that there are.

    Raises SyntaxError, ValueError or RecursionError for a script that cannot be parsed.
    """
    script = Source.parse(path, text)
    own = reach.everything(script) if test is None else reach.from_test(script, test)
    found = _counted(script, own)
    beside = []
    for module, reached in _beside(script, own, read):
        counted = _counted(module, reached)
        found += [each for each in counted if isinstance(each, Negation)]
        beside += [module] if counted else []
    return Survey(
        script,
        _line(script, test),
        tuple(each for each in found if isinstance(each, Negation)),
        tuple(each for each in found if isinstance(each, Constant)),
        tuple(each for each in found if isinstance(each, Unnegated)),
        tuple(beside),
    )


def _counted(source: Source, reached: Reach) -> list[Assertion]:
    return [_possible(source, each) for each in assertions(source) if reached.holds(source, each.node)]


def _possible(source: Source, found: Assertion) -> Assertion:
    """An assertion as it was found, unless to change it there would leave no Python."""
    if isinstance(found, Negation):
        try:
            for edits in (found.edits, found.no, tuple(found.marks("reached"))):
                source.edited(edits)
        except (SyntaxError, ValueError):
            return Unnegated(found.line, f"no room to negate {found.what}", found.node)
    return found


def _beside(script: Source, own: Reach, read: Read) -> Iterator[tuple[Source, Reach]]:
    """The modules that lie beside the script and are imported by it or by one another, with what is used of each."""
    folder = posixpath.dirname(script.path)
    waiting = [(script, own)]
    seen = {script.path}
    while waiting:
        source, reached = waiting.pop()
        for name, taken in source.modules.items():
            stem = posixpath.join(folder, name.replace(".", "/"))
            path = next((each for each in (f"{stem}.py", f"{stem}/__init__.py") if read(each) is not None), None)
            if path is None or path in seen:
                continue
            seen.add(path)
            try:
                module = Source.parse(path, read(path) or "")
            except (SyntaxError, ValueError, RecursionError):
                continue
            used = (module, reach.from_names(module, taken | reached.names))
            waiting.append(used)
            yield used


def _line(script: Source, test: str | None) -> int:
    if test is None:
        return 1
    name = test.partition("[")[0].split("::")[-1]
    lines = [each.lineno for each in reach.everything(script).definitions if each.name == name]
    return min(lines, default=1)
