"""Signatures of every client are botocore's, for each method, path, query, body, clock, key and scope."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from drivers import LANGUAGES, driver_of
from sqlacc_codegen.ir import Api
from vectors import botocore_authorization, vectors

COUNT = 640


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
