"""Jinja2 templates for records and evidence: the project's own, and a team's in their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from adrtool.errors import ReadError

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE = Path(__file__).parent.parent
# In a wheel they lie in the package, in an editable install beside it.
FOLDER = next(place for place in (_HERE / "templates", _HERE.parent / "templates") if place.is_dir())


def names() -> tuple[str, ...]:
    """The project's own templates."""
    return tuple(sorted(path.name for path in FOLDER.glob("*.j2")))


def render(name: str, fields: Mapping[str, object], folders: Sequence[Path] = ()) -> str:
    """The template `name`, from the first of `folders` that has it, filled with `fields`.

    Raises ReadError for a template that is missing, cannot be parsed, or asks for a field that there is not.
    """
    from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError, UndefinedError

    try:
        return _environment((*folders, FOLDER)).get_template(name).render(fields)
    except TemplateNotFound:
        raise ReadError(f"no template {name!r}; there are {', '.join(names())}") from None
    except TemplateSyntaxError as error:
        raise ReadError(error.message or "cannot be parsed", path=error.filename or name, line=error.lineno) from None
    except UndefinedError as error:
        known = ", ".join(sorted(fields))
        raise ReadError(f"{error.message}; a template may use {known}", path=name) from None
    except TemplateError as error:
        raise ReadError(str(error), path=name) from None


@cache
def _environment(folders: tuple[Path, ...]) -> Environment:
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    # The pages are Markdown, where HTML's escapes would show.
    return SandboxedEnvironment(
        loader=FileSystemLoader(folders), undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False
    )
