"""Where an environment's packages come from, for whoever asks without uv: its settings, and pip's in its words."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from adrtool.evidence.pip_settings import TRUE_WORDS, read_uv_settings, uv_settings

_NAMED = re.compile(r"([A-Za-z0-9][\w.-]*)=(?=[a-z][a-z0-9+.-]*://|[./])")


@dataclass(frozen=True, slots=True)
class Sources:
    """The indexes and the folders of links, with what it takes to reach them; addresses may hold credentials."""

    indexes: tuple[str, ...]
    links: tuple[str, ...]
    insecure_hosts: tuple[str, ...] = ()
    certificates: str = ""  # a file of them; "": the system's
    proxy: str = ""  # one that pip's settings name; those of the environment count without it


def sources(environ: Mapping[str, str] | None = None) -> Sources:
    """What uv would ask for packages, given this process's environment or `environ`."""
    own = dict(os.environ if environ is None else environ)
    told = uv_settings(own)
    environ = {**own, **dict(told.variables)}
    file = read_uv_settings(environ)
    alone = "--no-index" in told.arguments or _is_true(environ.get("UV_NO_INDEX")) or file.get("no-index") is True
    indexes = () if alone else tuple(dict.fromkeys(_with_slash(each) for each in _indexes(environ, file)))
    links = (*_listed(environ.get("UV_FIND_LINKS"), ","), *_texts(file.get("find-links")))
    plain = (urlsplit(each).netloc.rpartition("@")[2] for each in (*indexes, *links) if each.startswith("http://"))
    insecure = (*_listed(environ.get("UV_INSECURE_HOST")), *_texts(file.get("allow-insecure-host")), *plain)
    return Sources(
        indexes=indexes,
        links=tuple(dict.fromkeys(links)),
        insecure_hosts=tuple(dict.fromkeys(insecure)),
        certificates=environ.get("SSL_CERT_FILE", ""),
        proxy=dict(told.variables).get("HTTPS_PROXY", ""),
    )


def public_index() -> str:
    """The index that is asked where nobody names another, as `unearth` knows it."""
    from unearth import PackageFinder

    return str(PackageFinder().sources[0]["url"])


def _indexes(environ: Mapping[str, str], file: Mapping[str, Any]) -> Iterator[str]:
    """The extra ones first, and the default one last, as uv asks them."""
    named = [each for each in file.get("index", ()) if isinstance(each, dict) and isinstance(each.get("url"), str)]
    yield from (_credited(each, environ) for each in _listed(environ.get("UV_INDEX")))
    yield from _listed(environ.get("UV_EXTRA_INDEX_URL"))
    for each in named:
        if each.get("default") is not True and each.get("explicit") is not True:
            yield _credited(f"{each['name']}={each['url']}" if "name" in each else each["url"], environ)
    yield from _texts(file.get("extra-index-url"))
    default = environ.get("UV_DEFAULT_INDEX") or environ.get("UV_INDEX_URL")
    default = default or next((each["url"] for each in named if each.get("default") is True), None)
    yield _credited(default or next(iter(_texts(file.get("index-url"))), "") or public_index(), environ)


def _credited(index: str, environ: Mapping[str, str]) -> str:
    """The address of an index; one written as `name=address` takes its credentials from the variables of that name."""
    match = _NAMED.match(index)
    if match is None:
        return index
    address, name = index[match.end() :], re.sub(r"[^A-Z0-9]", "_", match[1].upper())
    user, password = (environ.get(f"UV_INDEX_{name}_{part}", "") for part in ("USERNAME", "PASSWORD"))
    parts = urlsplit(address)
    if not (user or password) or "@" in parts.netloc:
        return address
    return urlunsplit(parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{parts.netloc}"))


def _listed(text: str | None, separator: str | None = None) -> tuple[str, ...]:
    return tuple(each.strip() for each in (text or "").split(separator) if each.strip())


def _texts(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    return tuple(each for each in items if isinstance(each, str))


def _with_slash(address: str) -> str:
    return address if address.endswith("/") else f"{address}/"


def _is_true(word: str | None) -> bool:
    return (word or "").lower() in TRUE_WORDS
