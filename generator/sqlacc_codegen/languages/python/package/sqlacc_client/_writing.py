"""Stores records: create, update, delete; says when the outcome of a write is unknown and how to find out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import _answers, _json, _reading, _url
from ._body import for_create
from ._calls import Call, Caller
from ._reading import Wire
from ._shape import Shape
from ._update import Update, for_update, still_there
from ._values import INTEGER
from .errors import (
    AmbiguousWriteError,
    FieldProblem,
    LineNotRemovedError,
    NotFoundError,
    StaleRecordError,
    UsageError,
    ValidationError,
)
from .options import CallOptions
from .transport import HttpResponse

JSON = "application/json"
REFERENCE = "docref1"  # the field in which integrations keep the number of the other system


def create_call(caller: Caller, shape: Shape, record: Any, options: CallOptions | None) -> tuple[Call, Wire]:
    """The POST of a record, and its body. Raises ValidationError."""
    body = for_create(shape, record, checked=bool(caller.settings(options).validate))
    return Call("POST", shape.path, encoded(body), JSON), body


def create(caller: Caller, shape: Shape, record: Any, options: CallOptions | None) -> tuple[Wire | None, Wire]:
    """Store a new record; gives the answer's record, if it has one, and the body that was sent.

    Never sent twice: an unknown outcome is an AmbiguousWriteError.
    """
    call, body = create_call(caller, shape, record, options)
    try:
        return _reading.answer_record(caller, shape, call, caller.send(call, options)), body
    except AmbiguousWriteError as error:
        where = identifying(shape, body)
        if where:
            said = ", ".join(f"{name} {value}" for name, value in where.items())
            error.offer_check(lambda: _reading.find(caller, shape, where, None), f"check() looks for {said}")
        raise


def identifying(shape: Shape, body: Mapping[str, Any]) -> dict[str, Any]:
    """What a record that is being created can be found by: its number or code, else the foreign reference."""
    for names in (shape.identity, (REFERENCE,)):
        if names and all(body.get(name) not in (None, "") for name in names):
            return {name: body[name] for name in names}
    return {}


def update_call(
    caller: Caller, shape: Shape, record: Any, changes: Mapping[str, Any], options: CallOptions | None
) -> tuple[Call, Update]:
    """The PUT of a record with changes. Raises ValidationError and UsageError."""
    update = for_update(shape, record, changes, checked=bool(caller.settings(options).validate))
    return Call("PUT", _url.with_key(shape.path, update.key), encoded(update.body), JSON), update


def update(
    caller: Caller, shape: Shape, record: Any, changes: Mapping[str, Any], options: CallOptions | None
) -> tuple[Wire | None, Wire]:
    """Store changes of a record that was read; gives the answer's record, if it has one, and the body sent."""
    call, wanted = update_call(caller, shape, record, changes, options)
    try:
        key = None if shape.path_key in changes else wanted.key  # a code may be changed
        stored = _reading.answer_record(caller, shape, call, caller.send(call, options), key=key)
    except StaleRecordError as error:
        error.mine, error.base = wanted.body, record
        error._read = lambda: _reading.get(caller, shape, wanted.key, None)
        raise
    except AmbiguousWriteError as error:
        error.offer_check(
            lambda: _applied(caller, shape, wanted),
            f"check() reads {shape.path_key} {wanted.key} again and compares",
        )
        raise
    left = still_there(shape, wanted.removed, stored) if stored else []
    if left:
        raise LineNotRemovedError(
            f"the server kept {', '.join(left)}; all other changes are stored",
            request=str(call),
            profile=caller.profile,
            lines=left,
            record=stored,
        )
    return stored, wanted.body


def _applied(caller: Caller, shape: Shape, update: Update) -> Wire | None:
    """The record as stored when the update is in it, else None."""
    stored, body = _there(caller, shape, update.key), update.body
    if stored is None:
        return None
    counter = shape.counter or "updatecount"
    if counter in body:
        now = str(stored.get(counter))
        return stored if INTEGER.fullmatch(now) and int(now) >= body[counter] else None
    try:
        return stored if for_update(shape, stored, {}, checked=False).body == body else None
    except (UsageError, ValidationError):
        return None


def delete(caller: Caller, shape: Shape, key: Any, options: CallOptions | None) -> None:
    """Remove a record."""
    call = Call("DELETE", _url.with_key(shape.path, key))
    try:
        response = caller.send(call, options)
        sent = caller.sent(call)
        _answers.refuse_error(response, sent)
    except AmbiguousWriteError as error:
        error.offer_check(
            lambda: _there(caller, shape, key) is None,
            f"check() tells whether {shape.path_key} {key} is gone (True) or not",
        )
        raise
    deleted(response, sent)


def deleted(response: HttpResponse, sent: _answers.Sent) -> None:
    """The yes to a delete: empty, words or JSON, but no web page and no error. Raises UnexpectedResponseError."""
    if _answers.is_html(response):
        raise _answers.unexpected("a web page instead of an answer: a proxy or firewall answered", response, sent)
    try:
        value = _json.loads(response.body) if response.body else None
    except ValueError:
        return  # one client saw plain text here
    if isinstance(value, dict) and (value.get("error") or value.get("success") is False):
        words = sent.words(_answers.error_in_success(value))
        raise _answers.unexpected(f"an error in a successful answer: {words}", response, sent)


def _there(caller: Caller, shape: Shape, key: Any) -> Wire | None:
    try:
        return _reading.get(caller, shape, key, None)
    except NotFoundError as error:
        if error._page:
            raise  # a web page means a wrong address, not that the record is gone
        return None


def ensure_where(record: Any, shape: Shape, by: str | tuple[str, ...]) -> dict[str, Any]:
    """What `ensure` looks for: the values of the record under the names of `by`. Raises ValidationError."""
    names = (by,) if isinstance(by, str) else tuple(by)
    body = for_create(shape, record, checked=False)
    missing = [name for name in names if body.get(name) in (None, "")]
    if not names:
        raise UsageError("ensure needs the name of a field to look for, such as docref1")
    if missing:
        message = "is needed to tell whether the record exists"
        raise ValidationError([FieldProblem(name, message) for name in missing])
    return {name: body[name] for name in names}


def encoded(body: Any) -> bytes:
    """The body as bytes. Raises ValidationError for what has no JSON form."""
    try:
        return _json.dumps(body)
    except UnicodeEncodeError:
        raise ValidationError("a text holds half of a surrogate pair, which is no text") from None
    except ValueError as error:
        raise ValidationError(str(error)) from None
