"""A driver that lies as told: `python liar_driver.py MODE`. For the tests of the supervisor."""

from __future__ import annotations

import json
import os
import sys
import time
from queue import Queue
from threading import Thread
from typing import Any

MODE = sys.argv[1] if len(sys.argv) > 1 else "good"
SHA = "0" * 64
OPERATIONS = ["things.get", "things.list"]


def say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def raw(data: bytes) -> None:
    sys.stdout.flush()
    os.write(1, data)


def start(message: dict[str, Any]) -> None:
    if MODE == "dies at start":
        sys.exit("no such interpreter")
    ok = {
        "protocol": 2 if MODE == "other protocol" else 1,
        "client": "liar",
        "client_version": "0",
        "language": "python",
        "runtime": "CPython",
        "spec_version": "1",
        "spec_sha256": "f" * 64 if MODE == "other spec" else SHA,
        "operations": OPERATIONS[:1] if MODE == "lacks an operation" else OPERATIONS,
        "features": [],
    }
    say({"seq": message["seq"], "ok": ok})


def answer(message: dict[str, Any]) -> None:
    seq, bad = message["seq"], message.get("args", {}).get("bad", False)
    value = {"seq": seq, "value": message.get("args", {})}
    if not bad and MODE != "always dies":
        say(value)
    elif MODE in ("dies", "always dies"):
        sys.stderr.write("x" * 100_000 + "the last words")
        sys.stderr.flush()
        os._exit(3)
    elif MODE == "closes stdout":
        os.close(1)
        time.sleep(30)
    elif MODE == "hangs":
        time.sleep(60)
    elif MODE == "prints":
        raw(b"debug: here\n")
        say(value)
    elif MODE == "not utf-8":
        raw(b'{"seq": %d, "value": "\xff\xfe"}\n' % seq)
        say(value)
    elif MODE == "twice":
        say(value)
        say(value)
    elif MODE == "wrong seq":
        say(value | {"seq": seq + 1000})
    elif MODE == "huge line":
        raw(b'{"seq": %d, "value": "' % seq + b"x" * 300_000 + b'"}\n')
    elif MODE == "two outcomes":
        say(value | {"client_error": {"kind": "usage", "message": "both"}})
    elif MODE == "no outcome":
        say({"seq": seq})
    elif MODE == "half an error":
        say({"seq": seq, "api_error": {"kind": "api"}})
    elif MODE == "duplicate name":
        raw(b'{"seq": %d, "value": 1, "value": 2}\n' % seq)
    elif MODE == "nan":
        raw(b'{"seq": %d, "value": NaN}\n' % seq)
    elif MODE == "a list":
        raw(b"[1]\n")
    elif MODE == "stray member":
        say(value | {"result": 1})
    else:
        say(value)


def counted() -> None:
    """Answers with how many messages were in flight: as many as came within half a second."""
    lines: Queue[str] = Queue()
    Thread(target=lambda: [lines.put(line) for line in sys.stdin], daemon=True).start()
    while True:
        held = [lines.get()]
        time.sleep(0.5)
        held += [lines.get() for _ in range(lines.qsize())]
        for line in held:
            say({"seq": json.loads(line)["seq"], "value": len(held)})


def main() -> None:
    held: list[dict[str, Any]] = []
    for line in sys.stdin:
        message = json.loads(line)
        if message["cmd"] == "start":
            start(message)
            if MODE == "counts":
                counted()
        elif message["cmd"] == "config":
            say({"seq": message["seq"], "ok": {}})
        elif MODE == "backwards":
            held.append(message)
            if len(held) == message["args"].get("of", 1):
                while held:
                    answer(held.pop())
        else:
            answer(message)


main()
