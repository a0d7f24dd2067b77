"""Every language answers odd messages as every other: the same request, value, kind of error and words."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from drivers import LANGUAGES, driver_of
from parity import Message, messages, neutral
from sqlacc_codegen.ir import Api

SETTINGS = {"base_url": "https://api.sql.my", "access_key": "K", "secret_key": "S", "validate": True}
CLOCK = "2026-01-15T00:00:00Z"


def test_all_languages_answer_alike(api: Api, generated: Path) -> None:
    asked = list(messages(api))
    answers: dict[str, list[str]] = {}
    with ExitStack() as stack:
        for id in LANGUAGES:
            driver = stack.enter_context(driver_of(id, api, generated))
            driver.config(clock=CLOCK, **SETTINGS)
            found = driver.ask_all(asked)
            answers[id] = [_text(message, answer.body) for message, answer in zip(asked, found, strict=True)]
    differing = [
        _told(message, dict(zip(answers, given, strict=True)))
        for message, given in zip(asked, zip(*answers.values(), strict=True), strict=True)
        if len(set(given)) > 1
    ]
    assert len(asked) > 2000
    assert not differing, f"{len(differing)} of {len(asked)} messages:\n" + "\n".join(differing[:20])


def _text(message: Message, answer: dict[str, Any]) -> str:
    return json.dumps(neutral(message, answer), sort_keys=True)


def _told(message: Message, given: dict[str, str]) -> str:
    """Who stands against most."""
    most = Counter(given.values()).most_common(1)[0][0]
    others = {id: answer for id, answer in given.items() if answer != most}
    return f"{json.dumps(message)[:300]}\n  most: {most[:300]}\n" + "\n".join(
        f"  {id}: {answer[:300]}" for id, answer in others.items()
    )
