"""Where keys come from: the same path, variables, order and file format in every language that has files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from drivers import LANGUAGES, driver_of
from sqlacc_codegen.ir import Api

VECTORS = json.loads(Path(__file__).with_name("profile_vectors.json").read_text("utf-8"))["vectors"]


def place(home: Path, number: int, vector: dict[str, Any]) -> dict[str, Any]:
    """Writes the vector's file; the command to ask."""
    at = home / vector.get("at", f"{number}/profiles.ini")
    at.parent.mkdir(parents=True, exist_ok=True)
    text = vector.get("file")
    if vector.get("folder"):
        at.mkdir()
    elif text is not None:
        at.unlink(missing_ok=True)
        at.write_bytes(text[6:].encode("latin-1") if text.startswith("bytes:") else text.encode())
        at.chmod(int(vector.get("mode", "600"), 8))
    environment = {} if "at" in vector else {"SQLACC_PROFILES": str(at)}
    environment |= {name: value.format(folder=home) for name, value in vector.get("environment", {}).items()}
    return {"cmd": "profile", "environment": environment} | ({"name": vector["name"]} if "name" in vector else {})


def expected(api: Api, vector: dict[str, Any]) -> dict[str, str]:
    profile, access_key, secret_key, *more = vector["found"]
    usual = ["", api.scopes[0].region, api.scopes[0].service, api.base_url]
    token, region, service, base_url = more + usual[len(more) :]
    secret = hashlib.sha256(f"{secret_key}\n{token}".encode()).hexdigest()
    return {
        "profile": profile,
        "access_key": access_key,
        "secret_sha256": secret,
        "region": region,
        "service": service,
        "base_url": base_url,
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_keys_come_from_the_same_places(
    language: str, api: Api, generated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("SQLACC_PROFILES", "SQLACC_PROFILE", "SQLACC_ACCESS_KEY", "SQLACC_SECRET_KEY", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    wrong = []
    with driver_of(language, api, generated) as driver:
        if "profiles" not in driver.about["features"]:
            answer = driver.ask({"cmd": "profile", "environment": {}}).body  # a language without files says so
            assert answer["client_error"]["kind"] in ("usage", "configuration")
            return
        for number, vector in enumerate(VECTORS):
            answer = driver.ask(place(tmp_path, number, vector)).body
            if "found" in vector:
                if answer.get("value") != expected(api, vector):
                    wrong.append(f"{vector['id']}: {answer}")
                continue
            error = answer.get("client_error", {})
            if error.get("kind") != "configuration" or vector["refused"] not in error["message"]:
                wrong.append(f"{vector['id']}: {answer}")
            if "SUPERSECRET" in f"{answer}{driver.leftover()}":
                wrong.append(f"{vector['id']}: shows a secret: {answer}")
    assert not wrong, f"{len(wrong)} of {len(VECTORS)}:\n" + "\n".join(wrong)
