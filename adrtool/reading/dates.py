"""Dates as people write them; what could mean two days means none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

MONTHS: tuple[tuple[str, ...], ...] = (
    ("january", "jan", "januar", "jänner", "janvier", "janv", "enero", "ene", "janeiro", "gennaio", "januari",
     "января"),
    ("february", "feb", "februar", "février", "févr", "febrero", "fevereiro", "fev", "febbraio", "februari", "февраля"),
    ("march", "mar", "märz", "mars", "marzo", "março", "maart", "mrt", "марта"),
    ("april", "apr", "avril", "avr", "abril", "abr", "aprile", "апреля"),
    ("may", "mai", "mayo", "maio", "maggio", "mei", "мая"),
    ("june", "jun", "juni", "juin", "junio", "junho", "giugno", "июня"),
    ("july", "jul", "juli", "juillet", "juil", "julio", "julho", "luglio", "июля"),
    ("august", "aug", "août", "agosto", "ago", "augustus", "августа"),
    ("september", "sep", "sept", "septembre", "septiembre", "setiembre", "setembro", "set", "settembre", "сентября"),
    ("october", "oct", "oktober", "okt", "octobre", "octubre", "outubro", "out", "ottobre", "октября"),
    ("november", "nov", "novembre", "noviembre", "novembro", "ноября"),
    ("december", "dec", "dezember", "dez", "décembre", "déc", "diciembre", "dic", "dezembro", "dicembre", "декабря"),
)  # fmt: skip
_MONTH_NUMBER = {name: number for number, names in enumerate(MONTHS, 1) for name in names}
_NAMES = "|".join(sorted(map(re.escape, _MONTH_NUMBER), key=len, reverse=True))

_DATE = re.compile(
    rf"""
    (?<![\d.\-/])(?:
        (?P<y>\d{{4}})\s?[-/.\u2010-\u2013]\s?(?P<m>\d{{1,2}})\s?[-/.\u2010-\u2013]\s?(?P<d>\d{{1,2}})(?![\d\-])
      | (?P<yc>\d{{4}})\s?[年년]\s?(?P<mc>\d{{1,2}})\s?[月월]\s?(?P<dc>\d{{1,2}})\s?[日일]
      | (?P<packed>(?:19|20)\d{{6}})(?!\d)
      | (?P<a>\d{{1,2}})(?P<sep>[-/.])\s?(?P<b>\d{{1,2}})(?P=sep)\s?(?P<ye>\d{{4}})(?!\d)
      | (?P<dn>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?[\s\-]+(?:of\s+|de\s+)?
        (?P<mn>{_NAMES})\b\.?,?[\s\-]+(?:de\s+|of\s+)?(?P<yn>\d{{4}})
    )
    | \b(?P<mw>{_NAMES})\b\.?\s+(?P<dw>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<yw>\d{{4}})(?!\d)
    """,
    re.VERBOSE | re.IGNORECASE,
)


def find_dates(text: str) -> Iterator[tuple[date, ...]]:
    """For each thing in `text` that is shaped like a date, the days that it can mean.

    `()` is no day at all (`2020-01-45`), two days are ambiguous (`7/12/2022`).
    """
    for match in _DATE.finditer(text):
        yield tuple(dict.fromkeys(day for day in _meanings(match) if day is not None))


def first_date(text: str, near: date | None = None) -> date | None:
    """The first date in `text` if it means one day; `near`, another dating of the same thing, settles a tie."""
    for days in find_dates(text):
        return only_day(days, near)
    return None


def only_day(days: tuple[date, ...], near: date | None = None) -> date | None:
    """The one day among `days`; of several, the one within a month of `near`."""
    if len(days) > 1 and near is not None:
        days = tuple(day for day in days if abs((day - near).days) <= 31)
    return days[0] if len(days) == 1 else None


def _meanings(match: re.Match[str]) -> Iterator[date | None]:
    part = match.groupdict()
    if part["packed"]:
        yield _day(part["packed"][:4], part["packed"][4:6], part["packed"][6:])
    elif part["a"]:
        yield _day(part["ye"], part["b"], part["a"])
        if part["sep"] != ".":  # dotted dates are always day.month.year
            yield _day(part["ye"], part["a"], part["b"])
    elif part["mn"]:
        yield _day(part["yn"], str(_MONTH_NUMBER[part["mn"].casefold()]), part["dn"])
    elif part["mw"]:
        yield _day(part["yw"], str(_MONTH_NUMBER[part["mw"].casefold()]), part["dw"])
    else:
        yield _day(part["y"] or part["yc"], part["m"] or part["mc"], part["d"] or part["dc"])


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def is_date(text: str) -> bool:
    """Whether `text` is a date and nothing else."""
    return _DATE.fullmatch(text.strip().rstrip(".")) is not None
