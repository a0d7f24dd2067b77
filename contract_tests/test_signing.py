"""Signatures of every client are botocore's, for each method, path, query, body, clock, key and scope."""

from __future__ import annotations

from base64 import b64decode
from itertools import groupby
from pathlib import Path

import pytest

from drivers import LANGUAGES, driver_of
from sqlacc_codegen.ir import Api
from vectors import CLOCKS, KEYS, SCOPES, SECRETS, WORDS, Vector, botocore_authorization, vectors

COUNT = 640


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_signatures_equal_those_of_botocore(language: str, api: Api, generated: Path) -> None:
    wrong = []
    checked = 0
    with driver_of(language, api, generated) as driver:
        for keys, group in groupby(vectors(COUNT), lambda v: (v.access_key, v.secret_key, v.region, v.service)):
            access_key, secret_key, region, service = keys
            driver.config(
                base_url="https://api.sql.my",
                access_key=access_key,
                secret_key=secret_key,
                region=region,
                service=service,
            )
            batch = list(group)
            for vector, answer in zip(batch, driver.ask_all(v.message() for v in batch), strict=True):
                checked += 1
                value = answer.body.get("value")
                if not isinstance(value, dict):
                    wrong.append(f"{vector.method} {vector.url}: {answer.body or answer.message}")
                    continue
                sent = {name.lower(): text for name, text in value["headers"].items()}
                canonical, authorization = botocore_authorization(vector, sent)
                if value["authorization"] != authorization or sent.get("authorization", authorization) != authorization:
                    wrong.append(f"{vector}\nbotocore signs\n{canonical}\nthe client\n{value.get('canonical_request')}")
    assert checked == COUNT
    assert not wrong, f"{len(wrong)} of {checked} differ; the first:\n{wrong[0]}"


def built(api: Api) -> list[dict[str, object]]:
    """Calls that put every class of characters into paths, queries and headers, and texts into bodies."""
    calls: list[dict[str, object]] = []
    for index, word in enumerate(word for word in WORDS if word not in (".", "..")):
        for object in api.objects:
            plural = object.plural.snake()
            key = word if object.key == "code" else index + 1
            where = {object.identity[0]: word, "docref1": WORDS[index - 1]}
            calls.append({"op": f"{plural}.get", "args": {"key": key}})
            calls.append({"op": f"{plural}.find", "args": {"where": {object.identity[0]: word}}})
            calls.append({"op": f"{plural}.list", "args": {"where": where, "offset": index * 50}})
            if object.pdf:
                report = object.pdf.reports[index % len(object.pdf.reports)]
                calls.append({"op": f"{plural}.pdf", "args": {"key": key, "template": report}})
            if "description" in object.by_wire and index < len(object.examples):
                record = {**object.examples[0].payload, "description": word}
                calls.append({"op": f"{plural}.create", "args": {"record": record}})
    return calls


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_requests_that_are_built_carry_the_signature_of_botocore(language: str, api: Api, generated: Path) -> None:
    calls = built(api)
    wrong = []
    checked = 0
    with driver_of(language, api, generated) as driver:
        for number, (region, service) in enumerate(SCOPES):
            key, secret, clock = KEYS[number], SECRETS[number], CLOCKS[number + 1]
            token = {"session_token": "temporary/token+1="} if number else {}
            driver.config(
                **token,
                base_url="https://api.sql.my",
                access_key=key,
                secret_key=secret,
                region=region,
                service=service,
                clock=clock,
                validate=False,
            )
            part = calls[number :: len(SCOPES)]
            for call, answer in zip(part, driver.ask_all({"cmd": "build", **call} for call in part), strict=True):
                checked += 1
                value = answer.body.get("value")
                if not isinstance(value, dict):
                    wrong.append(f"{call}: {answer.body or answer.message}")
                    continue
                sent = {name.lower(): text for name, text in value["headers"].items()}
                body, url = b64decode(value.get("body_b64") or ""), f"https://api.sql.my{value['target']}"
                signed = sent["authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
                headers = {name: sent.get(name, "api.sql.my") for name in signed}
                if headers.get("x-amz-security-token", "") != token.get("session_token", ""):
                    wrong.append(f"{call}: the session token is not signed: {sent}")
                vector = Vector(value["method"], url, headers, body, clock, key, secret, region, service)
                canonical, authorization = botocore_authorization(vector, headers)
                if sent["authorization"] != authorization:
                    wrong.append(f"{call}\nbotocore signs\n{canonical}\n{authorization}\nnot {sent['authorization']}")
    assert checked == len(calls) >= 500
    assert not wrong, f"{len(wrong)} of {checked} differ; the first:\n{wrong[0]}"
