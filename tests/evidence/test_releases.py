"""The releases of a package are those of every place that its environment comes from."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from wheels import wheel

from adrtool.errors import EvidenceError
from adrtool.evidence.releases import LeftOut, Release, releases
from adrtool.evidence.sources import Sources, public_index, sources

FILES = [
    ("thing-1.0-py3-none-any.whl", {"requires-python": ">=3.8"}),
    ("thing-1.1.tar.gz", {}),
    ("thing-1.2-py3-none-any.whl", {"yanked": "broken"}),
    ("thing-1.2.tar.gz", {"yanked": True}),
    ("thing-1.3-py3-none-any.whl", {"yanked": "this file only"}),
    ("thing-1.3.tar.gz", {"yanked": False}),
    ("thing-1.4rc1.tar.gz", {}),
    ("thing-1.4.dev3.tar.gz", {}),
    ("thing-1.4-py3-none-any.whl", {"requires-python": ">=3.99"}),
    ("thing-1.4.post1-cp27-cp27m-win32.whl", {"requires-python": "== nonsense"}),
    ("thing-not-a-version.tar.gz", {}),
    ("thing_more-2.0.tar.gz", {}),
]


class Index(BaseHTTPRequestHandler):
    """The Simple API as JSON, behind a password."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.headers.get("Authorization") != "Basic dXNlcjpzZWNyZXQ=":  # user:secret
            self.send_response(401)
            self.end_headers()
            return
        files = [{"filename": name, "url": f"/files/{name}", "hashes": {}, **more} for name, more in FILES]
        body = json.dumps({"meta": {"api-version": "1.0"}, "name": "thing", "files": files}).encode()
        found = self.path == "/simple/thing/"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/vnd.pypi.simple.v1+json")
        self.end_headers()
        self.wfile.write(body if found else b"")

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def index(links: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    Index.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Index) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.delenv("PIP_NO_INDEX")
        monkeypatch.delenv("PIP_FIND_LINKS")
        yield f"http://user:secret@127.0.0.1:{server.server_port}/simple"
        server.shutdown()


def test_an_index_tells_what_is_yanked_early_or_for_another_python(
    index: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", index)
    assert releases("Thing", "3.11.4") == (
        Release("1.0"),
        Release("1.1"),
        Release("1.2", LeftOut.YANKED, "yanked"),
        Release("1.3"),
        Release("1.4.dev3", LeftOut.PRE_RELEASE, "a pre-release"),
        Release("1.4rc1", LeftOut.PRE_RELEASE, "a pre-release"),
        Release("1.4", LeftOut.PYTHON, "needs Python >=3.99"),
        Release("1.4.post1"),
    )
    assert capfd.readouterr() == ("", "")


def test_every_place_counts_and_one_that_does_not_know_it_says_nothing(
    index: str, links: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", index.replace("/simple", "/none"))
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", index)
    monkeypatch.setenv("PIP_FIND_LINKS", f"{links} /nowhere")
    wheel(links, "thing", "0.9", python=">=3.99")
    assert [release.version for release in releases("thing", "3.11.4")][:3] == ["0.9", "1.0", "1.1"]
    with pytest.raises(EvidenceError, match=r"^no release of thong where packages come from; look at its spelling$"):
        releases("thong", "3.11.4")
    assert capfd.readouterr() == ("", "")


def test_a_place_that_cannot_be_reached_is_told_without_its_name(links: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", "http://user:secret@packages.invalid:9/simple")
    with pytest.raises(EvidenceError) as caught:
        releases("thing", "3.11.4")
    assert str(caught.value).startswith("the releases of thing cannot be asked for: ")
    assert not {"packages.invalid", "secret"} & set(str(caught.value).replace("/", " ").split())
    assert "\n" not in str(caught.value)


def places(home: Path, **variables: str) -> Sources:
    environ = {"HOME": str(home), "XDG_CONFIG_DIRS": str(home / "none"), "PIP_CONFIG_FILE": os.devnull}
    return sources({**environ, **variables})


def test_with_nothing_said_it_is_the_public_index(tmp_path: Path) -> None:
    assert places(tmp_path) == Sources((public_index(),), ())
    assert public_index().startswith("https://")


def test_pips_settings_and_uvs_are_understood(tmp_path: Path) -> None:
    pip = places(
        tmp_path,
        PIP_INDEX_URL="https://one.example/simple",
        PIP_EXTRA_INDEX_URL="http://two.example:8080/simple https://three.example/simple/",
        PIP_FIND_LINKS=f"{tmp_path} https://links.example/",
        PIP_CERT="/etc/own.pem",
        PIP_TRUSTED_HOST="four.example",
        PIP_PROXY="http://proxy.example:3128",
    )
    assert pip == Sources(
        ("http://two.example:8080/simple/", "https://three.example/simple/", "https://one.example/simple/"),
        (str(tmp_path), "https://links.example/"),
        ("four.example", "two.example:8080"),
        "/etc/own.pem",
        "http://proxy.example:3128",
    )
    uv = places(
        tmp_path,
        UV_INDEX="own-one=https://one.example/simple https://two.example/simple",
        UV_DEFAULT_INDEX="https://three.example/simple",
        UV_INDEX_OWN_ONE_USERNAME="user",
        UV_INDEX_OWN_ONE_PASSWORD="p@ss",
        UV_FIND_LINKS="/a folder,/b",
    )
    assert uv.indexes == (
        "https://user:p%40ss@one.example/simple/",
        "https://two.example/simple/",
        "https://three.example/simple/",
    )
    assert uv.links == ("/a folder", "/b")
    assert places(tmp_path, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(tmp_path)) == Sources((), (str(tmp_path),))


def test_uvs_own_file_wins_over_pips_settings(tmp_path: Path) -> None:
    file = tmp_path / "uv.toml"
    file.write_text(
        'extra-index-url = ["https://extra.example/simple"]\n'
        'allow-insecure-host = ["bad.example"]\n'
        '[[index]]\nname = "main"\nurl = "https://main.example/simple"\ndefault = true\n'
        '[[index]]\nname = "side"\nurl = "https://side.example/simple"\n'
        '[[index]]\nname = "only"\nurl = "https://only.example/simple"\nexplicit = true\n'
        '[pip]\nfind-links = ["/links"]\n'
    )
    found = places(tmp_path, UV_CONFIG_FILE=str(file), PIP_INDEX_URL="https://pip.example/simple")
    assert found == Sources(
        ("https://side.example/simple/", "https://extra.example/simple/", "https://main.example/simple/"),
        ("/links",),
        ("bad.example",),
    )
