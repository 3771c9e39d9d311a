"""pip's settings: read in pip's order, and put in uv's words where uv has none of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from adrtool.evidence.pip_settings import read_pip_settings, uv_settings

SIMPLE = "https://packages.example/simple"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder, and no settings of this machine's beside it."""
    monkeypatch.setattr("adrtool.evidence.pip_settings._system_folders", lambda environ: [tmp_path / "etc"])
    monkeypatch.setattr("sys.prefix", str(tmp_path / "venv"))
    monkeypatch.setattr("sys.base_prefix", str(tmp_path / "python"))
    return tmp_path / "home"


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def environ(home: Path, **variables: str) -> dict[str, str]:
    return {"HOME": str(home), "XDG_CONFIG_DIRS": str(home / "none"), **variables}


def told(home: Path, **variables: str) -> dict[str, str]:
    return dict(uv_settings(environ(home, **variables)).variables)


def test_with_nothing_said_only_torch_is_kept_small(home: Path) -> None:
    assert told(home) == {"UV_TORCH_BACKEND": "cpu"}
    assert uv_settings(environ(home)).arguments == ()


def test_later_files_win_and_variables_win_over_all(home: Path) -> None:
    def timeout(**variables: str) -> str | None:
        return read_pip_settings(environ(home, **variables)).get("timeout")

    assert timeout() is None
    for number, file in enumerate(
        [
            home.parent / "etc" / "pip.conf",
            home / ".pip" / "pip.conf",
            home / ".config" / "pip" / "pip.conf",
            home.parent / "python" / "pip.conf",
            home.parent / "venv" / "pip.conf",
        ]
    ):
        write(file, f"[global]\ntimeout = {number}\n")
        assert timeout() == str(number)
    write(home / "named.conf", "[global]\ntimeout = 8\n")
    assert timeout(PIP_CONFIG_FILE=str(home / "named.conf")) == "8"
    assert timeout(PIP_CONFIG_FILE=str(home / "named.conf"), PIP_TIMEOUT="9") == "9"
    assert timeout(PIP_CONFIG_FILE=os.devnull) is None


def test_a_named_file_stands_for_the_users(home: Path) -> None:
    write(home / ".config" / "pip" / "pip.conf", f"[global]\nindex-url = {SIMPLE}\n")
    write(home / "named.conf", "[global]\ntimeout = 8\n")
    assert "index-url" in read_pip_settings(environ(home))
    assert "index-url" not in read_pip_settings(environ(home, PIP_CONFIG_FILE=str(home / "named.conf")))
    assert "index-url" in read_pip_settings(environ(home, PIP_CONFIG_FILE=str(home / "gone.conf")))


def test_the_section_for_install_wins_over_the_global_one(home: Path) -> None:
    write(home.parent / "etc" / "pip.conf", "[install]\ntimeout = 1\n[download]\ntimeout = 3\n")
    write(home / ".config" / "pip" / "pip.conf", "[global]\ntimeout = 2\n")
    assert read_pip_settings(environ(home)) == {"timeout": "1"}


def test_names_are_spelt_in_many_ways_and_empty_ones_say_nothing(home: Path) -> None:
    write(home / ".config" / "pip" / "pip.conf", f"[global]\nIndex_URL = {SIMPLE}\n--timeout = 3\n")
    assert read_pip_settings(environ(home, PIP_INDEX_URL="")) == {"index-url": SIMPLE, "timeout": "3"}


@pytest.mark.parametrize("content", ["no section\n", "[global\n", "\xff"])
def test_a_file_that_pip_cannot_read_says_nothing(home: Path, content: str) -> None:
    file = home / ".config" / "pip" / "pip.conf"
    write(file, "")
    file.write_bytes(content.encode("latin-1"))
    assert read_pip_settings(environ(home)) == {}


def test_a_percent_sign_is_itself(home: Path) -> None:
    write(home / ".config" / "pip" / "pip.conf", "[global]\nindex-url = https://me:a%40b@packages.example/simple\n")
    assert told(home)["UV_DEFAULT_INDEX"] == "https://me:a%40b@packages.example/simple"


def test_the_index_of_pip_becomes_the_index_of_uv(home: Path) -> None:
    assert told(home, PIP_INDEX_URL=SIMPLE) == {"UV_DEFAULT_INDEX": SIMPLE}
    for own in ("UV_DEFAULT_INDEX", "UV_INDEX_URL"):
        assert told(home, PIP_INDEX_URL=SIMPLE, **{own: "https://mine.example/simple"}) == {}


def test_more_indexes_are_asked_as_pip_asks_them(home: Path) -> None:
    pip = {"PIP_EXTRA_INDEX_URL": f"{SIMPLE}\n https://more.example/simple"}
    best = {"UV_INDEX": f"{SIMPLE} https://more.example/simple", "UV_INDEX_STRATEGY": "unsafe-best-match"}
    assert told(home, **pip) == best | {"UV_TORCH_BACKEND": "cpu"}
    for own in ("UV_INDEX", "UV_EXTRA_INDEX_URL"):
        assert told(home, **pip, **{own: SIMPLE}) == {"UV_TORCH_BACKEND": "cpu"}
    assert "UV_INDEX_STRATEGY" not in told(home, **pip, UV_INDEX_STRATEGY="first-index")


def test_links_are_parted_by_commas(home: Path, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b b").mkdir()
    listed = f"{tmp_path}/a {tmp_path.as_uri()}/b%20b https://links.example/"
    assert told(home, PIP_FIND_LINKS=listed) == {"UV_FIND_LINKS": listed.replace(" ", ",")}
    assert "UV_FIND_LINKS" not in told(home, PIP_FIND_LINKS=listed, UV_FIND_LINKS="mine")


def test_places_that_are_not_there_are_left_out(home: Path, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    pip = {
        "PIP_FIND_LINKS": f"{tmp_path}/gone {tmp_path}/here",
        "PIP_EXTRA_INDEX_URL": f"{tmp_path.as_uri()}/gone {tmp_path.as_uri()}/here",
    }
    assert told(home, **pip) == {
        "UV_INDEX": f"{tmp_path.as_uri()}/here",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": f"{tmp_path}/here",
    }
    assert told(home, PIP_FIND_LINKS=f"{tmp_path}/gone") == {"UV_TORCH_BACKEND": "cpu"}


def test_a_relative_place_is_meant_from_here(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "wheels").mkdir()
    monkeypatch.chdir(tmp_path)
    assert told(home, PIP_FIND_LINKS="wheels gone") == {"UV_FIND_LINKS": "wheels"}


def test_uv_settings_files_are_uvs_own_word(home: Path) -> None:
    pip = {"PIP_INDEX_URL": SIMPLE, "PIP_TIMEOUT": "20", "PIP_NO_INDEX": "1"}
    write(home / ".config" / "uv" / "uv.toml", "offline = false\n")
    assert told(home, **pip) == {"UV_DEFAULT_INDEX": SIMPLE, "UV_HTTP_TIMEOUT": "20"}
    for text in (
        'index-url = "https://mine.example/simple"\n',
        '[pip]\nfind-links = ["x"]\n',
        "[[index]]\nurl = 'x'\n",
    ):
        write(home / ".config" / "uv" / "uv.toml", text)
        assert told(home, **pip) == {"UV_HTTP_TIMEOUT": "20"}
        assert uv_settings(environ(home, **pip)).arguments == ()
    write(home / "other.toml", "")
    assert "UV_DEFAULT_INDEX" in told(home, **pip, UV_CONFIG_FILE=str(home / "other.toml"))


def test_no_index_is_an_argument(home: Path) -> None:
    assert uv_settings(environ(home, PIP_NO_INDEX="true")).arguments == ("--no-index",)
    assert uv_settings(environ(home, PIP_NO_INDEX="0")).arguments == ()
    assert "UV_TORCH_BACKEND" not in told(home, PIP_NO_INDEX="true")


@pytest.mark.parametrize(
    "variables",
    [
        {"PIP_FIND_LINKS": "https://links.example/"},
        {"UV_FIND_LINKS": "https://links.example/"},
        {"PIP_INDEX_URL": SIMPLE},
        {"UV_DEFAULT_INDEX": SIMPLE},
        {"UV_TORCH_BACKEND": "auto"},
    ],
)
def test_whoever_says_where_torch_comes_from_is_believed(home: Path, variables: dict[str, str]) -> None:
    assert "UV_TORCH_BACKEND" not in told(home, **variables)


@pytest.mark.parametrize(
    ("pip", "uv"),
    [
        ({"PIP_CERT": "/ca.pem"}, {"SSL_CERT_FILE": "/ca.pem"}),
        ({"PIP_CLIENT_CERT": "/me.pem"}, {"SSL_CLIENT_CERT": "/me.pem"}),
        ({"PIP_DEFAULT_TIMEOUT": "180"}, {"UV_HTTP_TIMEOUT": "180"}),
        ({"PIP_TIMEOUT": "7.5"}, {"UV_HTTP_TIMEOUT": "7"}),
        ({"PIP_RETRIES": "9"}, {"UV_HTTP_RETRIES": "9"}),
        ({"PIP_TRUSTED_HOST": "a.example\nb.example:8080"}, {"UV_INSECURE_HOST": "a.example b.example:8080"}),
        ({"PIP_PROXY": "http://p:1"}, {"HTTPS_PROXY": "http://p:1", "HTTP_PROXY": "http://p:1"}),
        ({"PIP_PROXY": "http://p:1", "https_proxy": "http://q:1"}, {}),
        ({"PIP_USE_FEATURE": "truststore"}, {"UV_SYSTEM_CERTS": "true", "UV_NATIVE_TLS": "true"}),
        ({"PIP_USE_FEATURE": "fast-deps"}, {}),
        ({"PIP_KEYRING_PROVIDER": "subprocess"}, {"UV_KEYRING_PROVIDER": "subprocess"}),
        ({"PIP_KEYRING_PROVIDER": "auto"}, {}),
        ({"PIP_PRE": "1"}, {"UV_PRERELEASE": "allow"}),
        ({"PIP_PRE": "no"}, {}),
        ({"PIP_CONSTRAINT": "/a.txt /b.txt"}, {"UV_CONSTRAINT": "/a.txt /b.txt"}),
        ({"PIP_CERT": "/ca.pem", "SSL_CERT_FILE": "/mine.pem"}, {}),
        ({"PIP_TIMEOUT": "7", "UV_HTTP_TIMEOUT": "8"}, {}),
        ({"PIP_QUIET": "1"}, {}),
    ],
)
def test_how_packages_are_fetched(home: Path, pip: dict[str, str], uv: dict[str, str]) -> None:
    assert told(home, **pip) == uv | {"UV_TORCH_BACKEND": "cpu"}
