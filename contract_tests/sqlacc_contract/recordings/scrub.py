"""Interactions and arguments -> the same without anything personal or secret, alike wherever it stood.

What stays is what the spec names and does not mark as personal, and the headers of a short list. All else is replaced
by a pseudonym: of the same length, the same for the same text, and not to be traced back without the key.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count
from typing import Any
from urllib.parse import quote, unquote

from sqlacc_codegen.ir import Api, CodeType, Field, Lines, Object, TextType

from ..decode import BOM
from ..tagged import Tagged, rows_of
from ..tokens import Number, Token, parse, text
from ..wire import UNRESERVED
from .cassette import LENGTH, Call, Headers, Interaction

RULES = (
    "headers: only listed ones",
    "requests: signed again with AWS's published example key",
    "fields marked personal in the spec, and fields that the spec does not have: keyed pseudonyms of the same length",
    "texts: personal values inside them replaced alike",
    "PDF, HTML and other bodies that are no JSON: replaced",
)
TEXTS_TOO = "all other fields of free text: pseudonyms too"
MEANT = ("content-type", "accept")  # headers of a request that carry meaning
TOLD = ("content-type", "retry-after", "location", LENGTH)  # headers of an answer that do
ENVELOPE = {"data", "items", "pagination", "offset", "limit", "count", "total", "page", "success", "status", "version"}
PLAIN = {"status", "version"}  # of these, the ones whose text tells of nobody
WORDS = {"message", "error", "code"}
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"  # bytes that are no text, so that a client that reads it as one is noticed
PDF += b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
PDF += b"% a report was here; it is left out of recordings. " + b"." * 600 + b"\n%%EOF\n"
PAGE = b"<!doctype html><html><head><title>A page was here</title></head><body>left out of recordings</body></html>"
TRIES = 100  # at pseudonyms that nothing else has
LONG = 20  # characters of a field that may hold a name
TEXT_KEPT = 1000  # characters of an answer in words
ELSEWHERE = "/left/out/of/recordings"  # where redirects lead
_CJK = (0x4E00, 0x9FA5)
_TAGS = {"$dec", "$int", "$date", "$pdf"}


@dataclass
class Scrubber:
    """One key, and the personal texts met so far. With `texts` every field of free text is as if it were personal."""

    api: Api
    key: bytes
    texts: bool = False
    known: dict[str, str] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)  # fields of free text whose words stay, as object.field
    _given: set[str] = field(default_factory=set)
    _free: set[str] = field(default_factory=set)  # what has a pseudonym only because it is free text
    _pattern: re.Pattern[str] | None = None

    def all(
        self, interactions: Sequence[Interaction], calls: Sequence[Call]
    ) -> tuple[tuple[Interaction, ...], tuple[Call, ...]]:
        """Twice over: the first time to learn what is personal, the second to replace it wherever it stands."""
        for _ in range(2):
            self._pattern = self._found()
            made = tuple(map(self.interaction, interactions)), tuple(map(self.call, calls))
        return made

    @property
    def telling(self) -> list[str]:
        """The personal texts that are long enough to be recognised anywhere."""
        found = (one for one in self.known.keys() - self._free if _is_telling(one) and self.known[one] != one)
        return sorted(found, key=lambda one: (-len(one), one))

    def _found(self) -> re.Pattern[str] | None:
        texts = "|".join(map(re.escape, self.telling))
        return re.compile(rf"(?<!\w)(?:{texts})(?!\w)") if texts else None

    # --- interactions ---------------------------------------------------------------------------------------------

    def interaction(self, one: Interaction) -> Interaction:
        path, mark, query = one.target.partition("?")
        o = owner(self.api, path)
        return replace(
            one,
            target=self._path(o, path) + mark + "&".join(self._pair(o, pair) for pair in query.split("&")),
            headers=_only(one.headers, MEANT),
            body=self._body(o, one.body),
            answer_headers=_told(one),
            answer=self._answer(o, one),
        )

    def _path(self, o: Object | None, path: str) -> str:
        """The key of a record may name somebody."""
        if not o or path == o.path or path.endswith("/*") or not self._names(o, o.by_wire[o.key]):
            return path
        key = unquote(path.removeprefix(f"{o.path}/"))
        return f"{o.path}/{quote(self.pseudonym(key), safe=UNRESERVED)}"

    def _pair(self, o: Object | None, pair: str) -> str:
        name, mark, value = pair.partition("=")
        field = o.by_wire.get(unquote(name)) if o else None
        if not o or not mark or not field or not self._names(o, field):
            return pair
        made = (self.pseudonym if field.personal else self._free_text)(unquote(value))
        return f"{name}={quote(made, safe=UNRESERVED + '*')}"

    def _body(self, o: Object | None, raw: bytes) -> bytes:
        return text(self.record(o, parse(raw))).encode("utf-8") if raw else raw

    def _answer(self, o: Object | None, one: Interaction) -> bytes:
        if not one.answer.strip():
            return one.answer
        if one.answer.startswith(BOM):
            return BOM + self._answer(o, replace(one, answer=one.answer.removeprefix(BOM)))
        try:
            token = parse(one.answer)
        except (ValueError, RecursionError):
            return self._no_json(one)
        if one.status < 400 and isinstance(token, dict) and (o is None or o.key not in token):
            token = {name: self._enveloped(o, name, item) for name, item in token.items()}
        elif one.status >= 400 and isinstance(token, dict):
            token = {name: self._enveloped(None, name, item) for name, item in token.items()}
        else:
            token = self.record(o, token)
        return text(token).encode("utf-8")

    def _no_json(self, one: Interaction) -> bytes:
        """Something of the same kind: a client has to take it, or to refuse it, for the same reason."""
        kind = dict(one.answer_headers).get("content-type", "")
        if kind.startswith("application/pdf") or one.answer.startswith(b"%PDF-"):
            if not one.answer.startswith(b"%PDF-"):
                return b"(no PDF)"
            return PDF if b"%%EOF" in one.answer[-1024:] else PDF[:60]
        if "html" in kind or one.answer.lstrip()[:1] == b"<":
            return PAGE
        if one.answer.lstrip()[:1] in (b"{", b"["):
            return b'{"left out of recordings":'
        try:
            words = one.answer.decode("utf-8")
        except UnicodeDecodeError:
            return b"(bytes that are no text)"
        return self.replaced(words).encode() if len(words) <= TEXT_KEPT else b"(a long text)"

    def _enveloped(self, o: Object | None, name: str, token: Token) -> Token:
        if name in WORDS:
            return self._words(token)
        if name in ("data", "items") and o:
            return [self.record(o, row) for row in token] if isinstance(token, list) else self.record(o, token)
        if isinstance(token, dict) and name in ENVELOPE:
            return {n: self._enveloped(None, n, item) for n, item in token.items()}
        if isinstance(token, list) or (isinstance(token, str) and not isinstance(token, Number)):
            return token if name in PLAIN and not isinstance(token, list) else self._unknown(token)
        return token if name in ENVELOPE else self._unknown(token)

    def _words(self, token: Token) -> Token:
        if isinstance(token, dict):
            return {name: self._words(item) if name in WORDS else self._unknown(item) for name, item in token.items()}
        return self.replaced(token) if isinstance(token, str) and not isinstance(token, Number) else token

    # --- arguments ------------------------------------------------------------------------------------------------

    def call(self, call: Call) -> Call:
        resource = call.op.partition(".")[0]
        if resource == "workflows":
            flow = next(w for w in self.api.workflows if w.id == call.op.partition(".")[2])
            o = self.api.by_id.get(flow.args.get("target") or flow.args.get("payment", ""))
        else:
            o = next((o for o in self.api.objects if o.plural.snake() == resource), None)
        return replace(call, args={name: self._argument(o, name, value) for name, value in call.args.items()})

    def _argument(self, o: Object | None, name: str, value: Tagged) -> Tagged:
        if name in ("record", "changes", "where", "header"):
            return self.record(o, value)
        if name == "records":
            return [self.record(o, row) for row in value]
        if name == "key" and o and isinstance(value, str) and self._names(o, o.by_wire[o.key]):
            return self.pseudonym(value)
        return value

    # --- records --------------------------------------------------------------------------------------------------

    def record(self, table: Object | Lines | None, row: Token) -> Token:
        """A row, as tokens or as tagged values."""
        if not isinstance(row, dict):
            return self._unknown(row)
        return {wire: self._member(table, wire, token) for wire, token in row.items()}

    def _member(self, table: Object | Lines | None, wire: str, token: Token) -> Token:
        rows = rows_of(table).get(wire)
        if rows:
            return [self.record(rows, row) for row in token] if isinstance(token, list) else token
        known = table.by_wire.get(wire) if table else None
        if known is None:
            return token if wire.startswith("$") else self._unknown(token)
        if not isinstance(token, str) or isinstance(token, Number):
            return token
        if known.personal and isinstance(known.type, (TextType, CodeType)):
            return self.pseudonym(token)
        if not isinstance(known.type, TextType):
            return token
        if table and self._is_free(table, known):
            if self.texts:
                return self._free_text(token)
            if any(map(str.isalpha, token)):
                self.kept.add(f"{_title(table)}.{wire}")
        return self.replaced(token)

    def _free_text(self, token: str) -> str:
        if token not in self.known:
            self._free.add(token)
        return self._made(token)

    def _names(self, table: Object | Lines, field: Field) -> bool:
        """Whether what stands in a field tells of somebody."""
        if field.personal:
            return isinstance(field.type, (TextType, CodeType))
        return self.texts and self._is_free(table, field)

    def _is_free(self, table: Object | Lines, field: Field) -> bool:
        """A text in which people write what they like: no key, no number of a document, and long enough for a name."""
        if not isinstance(field.type, TextType) or field.wire == table.key or field.wire in self._numbers:
            return False
        return field.type.size is None or field.type.size >= LONG

    @cached_property
    def _numbers(self) -> set[str]:
        return {wire for o in self.api.objects for wire in o.identity}

    def _unknown(self, token: Token) -> Token:
        """A value that the spec does not know: nothing of it stays but its form."""
        if isinstance(token, dict):
            if set(token) <= _TAGS:
                return {name: _digits(item, self.key) for name, item in token.items()}
            return {name: self._unknown(item) for name, item in token.items()}
        if isinstance(token, list):
            return [self._unknown(item) for item in token]
        if isinstance(token, Number):
            return Number(_digits(token, self.key))
        if isinstance(token, int) and not isinstance(token, bool):
            return int(_digits(str(token), self.key))
        return self.pseudonym(token) if isinstance(token, str) else token

    # --- texts ----------------------------------------------------------------------------------------------------

    def pseudonym(self, original: str) -> str:
        """Letters become letters, digits digits, all else stays. Two texts get two pseudonyms, as long as there are
        enough of that form."""
        self._free.discard(original)
        return self._made(original)

    def _made(self, original: str) -> str:
        made = self.known.get(original)
        if made is None:
            tries = ("".join(_letters(original, _stream(self.key, original, salt))) for salt in range(TRIES))
            made = next((one for one in tries if one != original and one not in self._given), original)
            self.known[original] = made
            self._given.add(made)
        return made

    def replaced(self, original: str) -> str:
        """A text with the personal texts in it replaced."""
        return self._pattern.sub(lambda found: self.pseudonym(found[0]), original) if self._pattern else original


def _title(table: Object | Lines) -> str:
    return table.id if isinstance(table, Object) else table.item.snake()


def owner(api: Api, path: str) -> Object | None:
    """The object of an endpoint."""
    return next((o for o in api.objects if path == o.path or path.startswith(o.path + "/")), None)


def _told(one: Interaction) -> Headers:
    """A length that is not that of the body tells of a broken connection, and stays larger than what is kept."""
    headers = dict(_only(one.answer_headers, TOLD))
    if "location" in headers:
        headers["location"] = ELSEWHERE
    length = headers.pop(LENGTH, "")
    if length.isdigit() and int(length) > len(one.answer):
        headers[LENGTH] = str(int(length) + len(PAGE) + len(PDF))
    return tuple(headers.items())


def _only(headers: Headers, names: Sequence[str]) -> Headers:
    return tuple((name, value) for name, value in headers if name in names)


def _is_telling(original: str) -> bool:
    letters, digits = sum(map(str.isalpha, original)), sum(map(str.isdigit, original))
    return len(original) >= 6 and (letters >= 4 or digits >= 8)


def _stream(key: bytes, original: str, salt: int = 0) -> Iterator[int]:
    for number in count():
        yield from hmac.digest(key, f"{number}\0{original}{salt or ''}".encode(), hashlib.sha256)


def _letters(original: str, stream: Iterator[int]) -> Iterator[str]:
    for sign in original:
        if sign.isascii() and sign.isalpha():
            letter = chr(ord("a") + next(stream) % 26)
            yield letter.upper() if sign.isupper() else letter
        elif sign.isdigit():
            yield str(next(stream) % 10)
        elif _CJK[0] <= ord(sign) <= _CJK[1]:
            yield chr(_CJK[0] + (next(stream) * 256 + next(stream)) % (_CJK[1] - _CJK[0]))
        elif sign.isalpha():
            yield chr(ord("a") + next(stream) % 26)
        else:
            yield sign


def _digits(original: Any, key: bytes) -> Any:
    """Other digits in the same places; no number begins with a zero that did not."""
    if not isinstance(original, str):
        return original
    stream = _stream(key, original)
    return re.sub(r"[1-9]", lambda _: str(1 + next(stream) % 9), original)
