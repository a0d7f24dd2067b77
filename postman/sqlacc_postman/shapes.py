"""The parts of Postman's collection format v2.1 that the exporter writes."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from typing_extensions import NotRequired

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"


class Variable(TypedDict):
    """A variable of a collection, or of a path (`:dockey`)."""

    key: str
    value: str
    description: NotRequired[str]
    type: NotRequired[Literal["string"]]


class Query(TypedDict):
    """One query parameter; a disabled one is shown, not sent."""

    key: str
    value: str
    description: NotRequired[str]
    disabled: NotRequired[bool]


class Url(TypedDict):
    """A URL in parts; `raw` says the same in one text."""

    raw: str
    host: list[str]
    path: list[str]
    query: NotRequired[list[Query]]
    variable: NotRequired[list[Variable]]


class Header(TypedDict):
    """One header line."""

    key: str
    value: str


class Body(TypedDict):
    """A JSON text."""

    mode: Literal["raw"]
    raw: str
    options: dict[str, Any]


class Request(TypedDict):
    """What is sent."""

    method: str
    header: list[Header]
    url: Url
    description: NotRequired[str]
    body: NotRequired[Body]


class Script(TypedDict):
    """JavaScript, one text a line."""

    id: str
    type: Literal["text/javascript"]
    exec: list[str]


class Event(TypedDict):
    """A script and when it runs."""

    listen: Literal["test", "prerequest"]
    script: Script


class Response(TypedDict):
    """A saved example of an answer."""

    id: str
    name: str
    originalRequest: Request
    status: str
    code: int
    header: list[Header]
    body: str


class Item(TypedDict):
    """A request."""

    id: str
    name: str
    request: Request
    response: list[Response]
    event: NotRequired[list[Event]]


class Folder(TypedDict):
    """Requests and folders below a name."""

    id: str
    name: str
    item: list[Any]
    description: NotRequired[str]
    event: NotRequired[list[Event]]


class AuthValue(TypedDict):
    """One setting of an authentication."""

    key: str
    value: Any
    type: str


class Auth(TypedDict):
    """AWS Signature Version 4."""

    type: Literal["awsv4"]
    awsv4: list[AuthValue]


class Info(TypedDict):
    """Name and description of the collection."""

    _postman_id: str
    name: str
    description: str
    schema: str
    version: NotRequired[dict[str, Any]]


class Collection(TypedDict):
    """The whole file."""

    info: Info
    item: list[Any]
    auth: Auth
    variable: list[Variable]
