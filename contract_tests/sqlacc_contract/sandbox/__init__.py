"""A stateful stand-in of the SQL Account REST API, driven by the spec, for tests and for people without a key."""

from .backend import DEMO_ACCESS_KEY, DEMO_SECRET_KEY, Sandbox
from .exchange import Backend, Delivery, Request, Response
from .server import ListenError, Server

__all__ = [
    "DEMO_ACCESS_KEY",
    "DEMO_SECRET_KEY",
    "Backend",
    "Delivery",
    "ListenError",
    "Request",
    "Response",
    "Sandbox",
    "Server",
]
