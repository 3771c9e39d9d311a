"""Front matter in, fields out; the only module that knows YAML and TOML.

Nothing is converted: a date stays the text that was written, so no value can be impossible. Aliases are refused,
for no record needs them and nested ones explode.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from adrtool.reading.outline import Field, Phrase

if TYPE_CHECKING:
    from yaml.nodes import Node

SIZE_LIMIT = 32 * 1024  # characters; the longest met in 285 records has 2,000
BRACKET_LIMIT = 500  # YAML's reader takes minutes for some thousand that are nested
_KEY = re.compile(r"^([^\s#:\-][^:]{0,60}?)\s*:(?:\s+(.*))?$")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_FENCE = re.compile(r"(---|\+\+\+)[ \t]*$")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields above a text, the text without them (line for line), and what was wrong as (line, message)."""

    fields: tuple[Field, ...] = ()
    body: str = ""
    damage: tuple[tuple[int, str], ...] = field(default=())


def split(text: str) -> FrontMatter:
    """Part `text` from its front matter, if it has any.

    The body keeps its line numbers: every line of the front matter becomes an empty one.
    """
    first, _, rest = text.partition("\n")
    fence = _FENCE.match(first)
    if fence is None:
        return FrontMatter(body=text)
    lines = rest.split("\n")
    closing = {"---": ("---", "..."), "+++": ("+++",)}[fence[1]]
    end = next((at for at, line in enumerate(lines) if line.rstrip() in closing), None)
    if end is None:
        return _unclosed(lines)
    if fence[1] == "---" and _is_prose(lines[:end]):
        return FrontMatter(body="\n" + rest)  # a rule above the title
    source = "\n".join(lines[:end])
    fields, damage = _toml_fields(source) if fence[1] == "+++" else yaml_fields(source, first_line=2)
    return FrontMatter(fields, "\n" * (end + 2) + "\n".join(lines[end + 1 :]), damage)


def yaml_fields(source: str, first_line: int) -> tuple[tuple[Field, ...], tuple[tuple[int, str], ...]]:
    """The top-level keys of YAML `source`, and what was wrong with it as (line, message).

    Broken YAML is read line by line as far as that goes: nothing that stands there plainly is lost.
    """
    import yaml

    if len(source) > SIZE_LIMIT:
        return _plain_fields(source[:SIZE_LIMIT], first_line), (
            (first_line, f"the front matter is longer than {SIZE_LIMIT} characters; shorten it"),
        )
    if sum(map(source.count, "[{")) > BRACKET_LIMIT:
        return _plain_fields(source, first_line), (
            (first_line, f"more than {BRACKET_LIMIT} brackets in the front matter; take them out"),
        )
    try:
        for event in yaml.parse(source, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                line = first_line + (event.start_mark.line if event.start_mark is not None else 0)
                damage = ((line, "a YAML alias in the front matter; write the value out"),)
                return _plain_fields(source, first_line), damage
        node = yaml.compose(source, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark is not None else 0)
        return _plain_fields(source, first_line), ((line, f"the front matter is no YAML: {error.problem}"),)
    except yaml.YAMLError:
        return _plain_fields(source, first_line), ((first_line, "the front matter is no YAML"),)
    except RecursionError:
        return _plain_fields(source, first_line), ((first_line, "the front matter is nested too deeply"),)
    return tuple(_fields(node, first_line)), ()


def _fields(node: Node | None, first_line: int) -> Iterator[Field]:
    import yaml

    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                line = key.start_mark.line + first_line
                yield Field(key.value, tuple(_values(value, first_line)), line)


def _values(node: Node, first_line: int) -> Iterator[Phrase]:
    """Every scalar of a value, line by line; an entry such as `{target: 2, kind: supersedes}` stays one phrase."""
    import yaml

    match node:
        case yaml.ScalarNode():
            for offset, line in enumerate(str(node.value).split("\n")):
                if line.strip():
                    yield Phrase(line.strip(), node.start_mark.line + first_line + offset, line.strip())
        case yaml.SequenceNode():
            for item in node.value:
                yield from _values(item, first_line)
        case yaml.MappingNode():
            pairs = [_pair(key, value) for key, value in node.value]
            if text := ", ".join(filter(None, pairs)):
                # `{ accepted }`, a mapping to YAML, is the word that its author meant.
                raw = f"{{ {text} }}" if node.flow_style else text
                yield Phrase(text, node.start_mark.line + first_line, raw)


def _pair(key: Node, value: Node) -> str:
    import yaml

    if not isinstance(key, yaml.ScalarNode):
        return ""
    written = str(value.value) if isinstance(value, yaml.ScalarNode) else ""
    return f"{key.value}: {written}" if written else str(key.value)


def _plain_fields(source: str, first_line: int) -> tuple[Field, ...]:
    """`key: value` lines at the margin, for YAML that no parser takes."""
    fields = []
    for offset, line in enumerate(source.split("\n")):
        if match := _KEY.match(line):
            value = _COMMENT.sub("", match[2] or "").strip().strip("\"'")
            number = first_line + offset
            fields.append(Field(match[1].strip("\"'"), (Phrase(value, number, value),) if value else (), number))
    return tuple(fields)


def _toml_fields(source: str) -> tuple[tuple[Field, ...], tuple[tuple[int, str], ...]]:
    import tomllib

    try:
        table = tomllib.loads(source)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        return (), ((1, f"the front matter is no TOML: {error}"),)
    lines = {key.strip("\"' "): at for at, line in enumerate(source.split("\n"), 2) for key in [line.partition("=")[0]]}
    return tuple(
        Field(
            key,
            tuple(Phrase(str(item), lines.get(key, 2), str(item)) for item in _flat(value)),
            lines.get(key, 2),
        )
        for key, value in table.items()
    ), ()


def _flat(value: object) -> Iterator[object]:
    match value:
        case list():
            for item in value:
                yield from _flat(item)
        case dict():
            for item in value.values():
                yield from _flat(item)
        case _:
            yield value


def _is_prose(lines: list[str]) -> bool:
    """Whether what stands between two fences is text between two rules."""
    written = [line for line in lines if line.strip()]
    if not written or (not lines[0].strip() and written[0].startswith("#")):
        return bool(written)
    return not any(_KEY.match(line) for line in written) and any(line.startswith("#") for line in written)


def _unclosed(lines: list[str]) -> FrontMatter:
    """A fence that never closes: a rule, unless keys follow it at once."""
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    if not _KEY.match(first) or lines[0].strip() == "":
        return FrontMatter(body="\n" + "\n".join(lines))
    end = next((at for at, line in enumerate(lines) if not line.strip() or re.match(r"#+ ", line)), len(lines))
    end = min(end, 200)
    fields = _plain_fields("\n".join(lines[:end]), first_line=2)
    damage = ((1, "the front matter never ends; close it with a line `---`"),)
    return FrontMatter(fields, "\n" * (end + 1) + "\n".join(lines[end:]), damage)
