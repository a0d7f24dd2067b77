"""For the tests of programs that use this package: no network, no keys.

`FakeTransport` answers with what you give it and keeps the requests it was sent::

    transport = FakeTransport()
    transport.answer(200, {"data": [{"code": "300-A0001", "companyname": "ABC"}]})
    client = fake_client(transport)
    assert client.customers.get("300-A0001").companyname == "ABC"
    assert transport.requests[0].target == "/customer/300-A0001"

`MemoryServer` is a small server in memory: what is created can be read, listed, found, updated and deleted::

    server = MemoryServer()
    client = fake_client(server)
    client.customers.create(code="300-A0001", companyname="ABC")
    my_import(client)
    assert server.records("customer")["300-A0001"]["companyname"] == "ABC"

It gives keys, numbers and counters, refuses duplicates and stale updates, and knows pages and filters. It works out
no amounts and checks no references.
"""

from __future__ import annotations

from typing import Any

from ..client import Client
from ..transport import Transport
from .fake import FakeTransport
from .memory import MemoryServer

__all__ = ["FakeTransport", "MemoryServer", "fake_client"]


def fake_client(transport: Transport, **settings: Any) -> Client:
    """A client with keys of nobody, which waits for nothing. `settings` are those of `Client`."""
    given: dict[str, Any] = {
        "access_key": "test.sql.my/TESTER",
        "secret_key": "no-secret",
        "base_url": "https://sqlacc.test",
        "sleep": lambda *_: None,
        **settings,
    }
    return Client(transport=transport, **given)
