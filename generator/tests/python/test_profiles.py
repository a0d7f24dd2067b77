"""Keys from arguments, environment or a file that nobody else may read."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Write = Callable[..., dict[str, str]]
FILE = """
[demo]
access_key = demo.sql.my/API
secret_key = 50%(of)s # not a comment

[live]
access_key = live.sql.my/API
secret_key = live-secret
region = ap-southeast-1
service = execute-api
base_url = https://203.0.113.7:8443/
session_token = tok
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str = FILE, mode: int = 0o600, **environ: str) -> dict[str, str]:
        path = tmp_path / "profiles.ini"
        path.write_text(text)
        path.chmod(mode)
        return {"SQLACC_PROFILES": str(path), **environ}

    return write


def resolve(*args: Any, **kwargs: Any) -> Any:
    from sqlacc_client.profiles import resolve

    return resolve(*args, **kwargs)


ENV = {"SQLACC_ACCESS_KEY": "env.sql.my/API", "SQLACC_SECRET_KEY": "env-secret"}


def test_a_named_profile(write: Write) -> None:
    demo, live = resolve("demo", environ=write()), resolve("live", environ=write())
    assert (demo.name, demo.access_key, demo.secret_key) == ("demo", "demo.sql.my/API", "50%(of)s # not a comment")
    assert (demo.region, demo.service, demo.base_url) == ("ap-southeast-5", "sqlaccount", "https://api.sql.my")
    assert (live.region, live.service, live.session_token) == ("ap-southeast-1", "execute-api", "tok")
    assert live.base_url == "https://203.0.113.7:8443"


def test_what_wins(write: Write) -> None:
    assert resolve(environ=write(**ENV)).name == "environment"
    assert resolve(environ=write(**ENV, SQLACC_PROFILE="ci")).name == "ci"
    assert resolve(environ=write(**ENV, SQLACC_PROFILE="ci")).access_key == "env.sql.my/API"
    assert resolve(environ=write(SQLACC_PROFILE="demo")).access_key == "demo.sql.my/API"
    assert resolve("live", environ=write(**ENV)).access_key == "live.sql.my/API"
    assert resolve("live", environ=write(**ENV, SQLACC_REGION="x-1")).region == "ap-southeast-1"
    given = resolve(access_key="a", secret_key="b", environ=write(**ENV, SQLACC_REGION="x-1"))
    assert (given.name, given.access_key, given.region) == ("given", "a", "x-1")
    assert resolve("live", region="y-2", environ=write()).region == "y-2"
    assert resolve(environ={**ENV, "SQLACC_BASE_URL": "http://localhost:8080"}).base_url == "http://localhost:8080"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[other]\na = b\n", "it has: other"),
        ("[demo]\naccess_key = a\n", "no secret_key"),
        ("[demo]\naccess_key =\nsecret_key = b\n", "no access_key"),
        ("[demo]\naccess_key = a\nsecret_key = b\npassword = c\n", "unknown setting password"),
        ("access_key = SUPERSECRET\n", "no INI file"),
        ("[demo]\naccess_key = a\nSUPERSECRET\n", "no INI file at line|no INI file"),
        ("[demo]\naccess_key = a\naccess_key = SUPERSECRET\n", "no INI file at line 3"),
        ("[demo]\naccess_key = a\nsecret_key = ü\n", "characters that no key has"),
        ("[demo]\naccess_key = a\nsecret_key = b\nbase_url = ftp://x\n", "base URL"),
        ("[demo]\naccess_key = a\nsecret_key = b\nregion = a/b\n", "no region"),
    ],
)
def test_a_wrong_file_is_told_without_showing_it(text: str, words: str, write: Write) -> None:
    from sqlacc_client import ConfigurationError

    with pytest.raises(ConfigurationError, match=words) as caught:
        resolve("demo", environ=write(text))
    assert "SUPERSECRET" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o604, 0o777, 0o610])
def test_a_file_that_others_may_open_is_refused(mode: int, write: Write) -> None:
    from sqlacc_client import ConfigurationError

    with pytest.raises(ConfigurationError, match="chmod 600"):
        resolve("demo", environ=write(mode=mode))
    assert resolve("demo", environ=write(mode=0o400)).name == "demo"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"environ": {}}, "SQLACC_ACCESS_KEY"),
        ({"environ": {"SQLACC_ACCESS_KEY": "a"}}, "only one of"),
        ({"access_key": "a", "environ": {}}, "belong together"),
        ({"name": "demo", "environ": {"SQLACC_PROFILES": "/no/such/file"}}, "no file"),
        ({"name": "demo", "environ": {"SQLACC_PROFILES": "/tmp"}}, "/tmp"),
        ({"environ": {**ENV, "SQLACC_SECRET_KEY": " padded "}}, "no key has"),
        ({"environ": {**ENV, "SQLACC_ACCESS_KEY": "a\nb"}}, "no key has"),
    ],
)
def test_missing_and_wrong_settings(settings: dict[str, Any], words: str) -> None:
    from sqlacc_client import ConfigurationError

    with pytest.raises(ConfigurationError, match=words):
        resolve(**settings)


@pytest.mark.parametrize(
    "url",
    ["", "x", "//x", "https://", "https://u:p@h", "https://h?x=1", "https://h#x", "https://h:x", "https://h:99999",
     "https://ü.my", "https://h/a b", "https://h/../x", "https://h//x", "file:///x", "https://h/%41", "https://a b"],
)  # fmt: skip
def test_base_urls_that_requests_would_change_are_refused(url: str) -> None:
    from sqlacc_client import Client, ConfigurationError

    with pytest.raises(ConfigurationError):
        Client(access_key="a", secret_key="b", base_url=url or "https://")


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("https://API.sql.my/", "https://api.sql.my"),
        ("https://h:443", "https://h"),
        ("http://h:443", "http://h:443"),
        ("http://[::1]:8080/x/", "http://[::1]:8080/x"),
        ("https://h:80/a.b~c_d-e", "https://h:80/a.b~c_d-e"),
    ],
)
def test_base_urls_are_written_one_way(url: str, normal: str) -> None:
    from sqlacc_client import _url

    assert _url.base(url) == normal


def test_where_the_file_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from sqlacc_client.profiles import profiles_file

    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    assert profiles_file({}) == tmp_path / ".config/sqlacc/profiles.ini"
    assert profiles_file({"XDG_CONFIG_HOME": "/x"}) == Path("/x/sqlacc/profiles.ini")
    assert profiles_file({"SQLACC_PROFILES": "~/mine.ini"}) == tmp_path / "mine.ini"
    monkeypatch.setattr("sys.platform", "darwin")
    assert profiles_file({}) == tmp_path / "Library/Application Support/sqlacc/profiles.ini"
    monkeypatch.setattr("sys.platform", "win32")
    assert profiles_file({"APPDATA": "/roaming"}) == Path("/roaming/sqlacc/profiles.ini")
