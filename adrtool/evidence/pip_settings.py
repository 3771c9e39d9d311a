"""pip's own settings in uv's words, so that whoever can `pip install` can verify."""

from __future__ import annotations

import configparser
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

PIP_FILE = "pip.ini" if os.name == "nt" else "pip.conf"
TRUE_WORDS = frozenset({"1", "true", "yes", "on", "y", "t"})

# uv's own words on where packages come from: a setting of pip's counts only where none of these is set.
DEFAULT_INDEX = ("UV_DEFAULT_INDEX", "UV_INDEX_URL")
EXTRA_INDEX = ("UV_INDEX", "UV_EXTRA_INDEX_URL")
INDEX_KEYS = frozenset({"index", "index-url", "extra-index-url", "find-links", "no-index"})


@dataclass(frozen=True, slots=True)
class UvSettings:
    """What to tell uv beside its own settings: environment variables, and arguments where it has no variable."""

    variables: tuple[tuple[str, str], ...] = ()
    arguments: tuple[str, ...] = ()


def uv_settings(environ: Mapping[str, str] | None = None) -> UvSettings:
    """What pip's settings say that uv's do not.

    `environ` is what pip and uv would see, by default this process's environment.
    """
    environ = os.environ if environ is None else environ
    pip = read_pip_settings(environ)
    told = _transport(pip, environ)
    arguments: tuple[str, ...] = ()
    if not _uv_file_names_an_index(environ):
        told |= _sources(pip, environ)
        arguments = ("--no-index",) if _is_true(pip.get("no-index", "")) else ()
        chosen = {**environ, **told}
        if not arguments and not any(chosen.get(name) for name in ("UV_FIND_LINKS", *DEFAULT_INDEX)):
            # The public index's torch brings gigabytes of CUDA; a mirror or links say themselves which build they hold.
            told["UV_TORCH_BACKEND"] = "cpu"
    return UvSettings(tuple((name, value) for name, value in told.items() if not environ.get(name)), arguments)


def read_pip_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """Read pip's settings for `pip install`, by option name; later files win, variables over all.

    Taken from pip's files rather than asked of pip, for an interpreter that uv made has none.
    """
    merged: dict[tuple[str, str], str] = {}
    for path in _pip_files(environ):
        merged.update(_read_pip_file(path))
    for name, value in environ.items():
        if name.startswith("PIP_"):
            merged["env", _option(name[4:])] = value
    # A section beats a file: [install] of the machine wins over [global] of the user. Empty values say nothing.
    return {
        option: value.strip()
        for section in ("global", "install", "env")
        for (of, option), value in merged.items()
        if of == section and value.strip()
    }


def _pip_files(environ: Mapping[str, str]) -> Iterator[Path]:
    """The files of pip's settings, the weakest first."""
    named = environ.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return
    home = _home(environ)
    yield from (folder / PIP_FILE for folder in _system_folders(environ))
    if not (named and os.path.exists(named)):
        yield home / ("pip" if os.name == "nt" else ".pip") / PIP_FILE
        yield _user_folder(environ, home) / PIP_FILE
    yield Path(sys.base_prefix) / PIP_FILE
    yield Path(sys.prefix) / PIP_FILE
    if named:
        yield Path(named)


def _system_folders(environ: Mapping[str, str]) -> list[Path]:
    if os.name == "nt":
        return [Path(environ.get("PROGRAMDATA", "C:\\ProgramData")) / "pip"]
    if sys.platform == "darwin":
        return [Path("/Library/Application Support/pip")]
    shared = (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep)
    return [*(Path(folder) / "pip" for folder in shared if folder), Path("/etc")]


def _user_folder(environ: Mapping[str, str], home: Path) -> Path:
    if os.name == "nt":
        return Path(environ.get("APPDATA") or home / "AppData" / "Roaming") / "pip"
    mac = home / "Library" / "Application Support" / "pip"
    if sys.platform == "darwin" and mac.is_dir():
        return mac
    return Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "pip"


def _read_pip_file(path: Path) -> dict[tuple[str, str], str]:
    """One settings file by section and option; empty where pip could not read it either."""
    parser = configparser.RawConfigParser()
    try:
        parser.read(path, encoding="utf-8")
    except (OSError, UnicodeDecodeError, configparser.Error):
        return {}
    return {
        (section, _option(name)): value or "" for section in parser.sections() for name, value in parser.items(section)
    }


def _option(name: str) -> str:
    return name.lower().replace("_", "-").removeprefix("--")


def _sources(pip: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """Where packages come from: pip parts lists by spaces, uv its find-links by commas."""
    told: dict[str, str] = {}
    if "index-url" in pip and not any(environ.get(name) for name in DEFAULT_INDEX):
        told["UV_DEFAULT_INDEX"] = pip["index-url"]
    extra = _usable(pip.get("extra-index-url", ""))
    if extra and not any(environ.get(name) for name in EXTRA_INDEX):
        # pip takes the best version of all indexes; uv would stop at the first that knows the name.
        told |= {"UV_INDEX": " ".join(extra), "UV_INDEX_STRATEGY": "unsafe-best-match"}
    if links := _usable(pip.get("find-links", "")):
        told["UV_FIND_LINKS"] = ",".join(links)
    return told


def _transport(pip: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """How packages are fetched: certificates, proxy, patience, and what narrows the choice of versions."""
    told: dict[str, str] = {}
    for option, name in (("cert", "SSL_CERT_FILE"), ("client-cert", "SSL_CLIENT_CERT"), ("retries", "UV_HTTP_RETRIES")):
        if option in pip:
            told[name] = pip[option]
    if timeout := pip.get("timeout") or pip.get("default-timeout"):
        told["UV_HTTP_TIMEOUT"] = timeout.partition(".")[0]
    if "trusted-host" in pip:
        told["UV_INSECURE_HOST"] = " ".join(pip["trusted-host"].split())
    if "proxy" in pip and not any(environ.get(name) for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY")):
        told |= {"HTTPS_PROXY": pip["proxy"], "HTTP_PROXY": pip["proxy"]}
    if "truststore" in pip.get("use-feature", "").split():
        told |= {"UV_SYSTEM_CERTS": "true", "UV_NATIVE_TLS": "true"}
    if pip.get("keyring-provider") == "subprocess":
        told["UV_KEYRING_PROVIDER"] = "subprocess"
    if _is_true(pip.get("pre", "")):
        told["UV_PRERELEASE"] = "allow"
    if "constraint" in pip:
        told["UV_CONSTRAINT"] = " ".join(pip["constraint"].split())
    return told


def _usable(listed: str) -> list[str]:
    """The places in pip's list that are there: pip passes over a missing folder, uv stops at it."""
    return [place for place in listed.split() if (path := _local_path(place)) is None or path.exists()]


def _local_path(place: str) -> Path | None:
    """The path that a place on this machine has; None for a place on the network."""
    if place.startswith("file:"):
        return Path(url2pathname(urlsplit(place).path))
    return None if "://" in place else Path(place)


def uv_settings_file(environ: Mapping[str, str]) -> Path | None:
    """The file with uv's own settings for this user or machine; None where there is none."""
    if named := environ.get("UV_CONFIG_FILE"):
        return Path(named)
    user = Path(environ.get("XDG_CONFIG_HOME") or _home(environ) / ".config")
    shared = (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep)
    folders = (user / "uv", *(Path(folder) / "uv" for folder in shared if folder), Path("/etc/uv"))
    return next((folder / "uv.toml" for folder in folders if (folder / "uv.toml").is_file()), None)


def read_uv_settings(environ: Mapping[str, str]) -> dict[str, Any]:
    """What that file says; its [pip] table counts first, as for `uv pip`."""
    import tomllib

    path = uv_settings_file(environ)
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8")) if path is not None else {}
    except (OSError, ValueError):
        return {}
    pip = read.get("pip")
    return {**read, **(pip if isinstance(pip, dict) else {})}


def _uv_file_names_an_index(environ: Mapping[str, str]) -> bool:
    """Whether uv's own settings file says where packages come from."""
    return bool(INDEX_KEYS & read_uv_settings(environ).keys())


def _home(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("HOME") or Path.home())


def _is_true(word: str) -> bool:
    return word.lower() in TRUE_WORDS
