"""PHP: how it spells, types, quotes and documents, and how its driver is started."""

from __future__ import annotations

import re
import textwrap
from decimal import Decimal
from pathlib import Path

from ...files import Files
from ...ir import Api, BlobType, DecimalType, EnumType, EpochType, FlagType, IntegerType, Json, Type
from ...language import Driver, Language, Named, Prose, Role, Snippets
from ...samples import recipe_samples
from .lines import line_files

_KEYWORDS = """
abstract and array as break callable case catch class clone const continue declare default die do echo else elseif
empty enddeclare endfor endforeach endif endswitch endwhile enum eval exit extends final finally fn for foreach function
global goto if implements include instanceof insteadof interface isset list match namespace never new or print private
protected public readonly require return static switch throw trait try unset use var while xor yield self parent true
false null void int float bool string object mixed iterable numeric resource record line
"""
# Classes of the package that stand in one file with those of the records.
_RUNTIME = """
answers batch batchresult caller client config engine ensured errors json objectfacts options page records settlement
target time transfer transport workflows
"""


def _pascal(named: Named) -> str:
    return _letter_first(named.name.pascal())


def _camel(named: Named) -> str:
    return _letter_first(named.name.camel())


def _letter_first(text: str) -> str:
    return f"_{text}" if text[:1].isdigit() else text


def _class_escape(text: str) -> str:
    return f"{text}Record"


class _ReservedClasses(frozenset[str]):
    """Class names are compared without regard to case."""

    def __contains__(self, item: object) -> bool:
        return isinstance(item, str) and super().__contains__(item.lower())


def php_type(type: Type, context: str) -> str:
    """The native type of a property; `doc` in the context gives the type that only a docblock can say."""
    if context == "doc":
        return "numeric-string|null" if isinstance(type, DecimalType) else ""
    if isinstance(type, BlobType):
        return "mixed"
    if isinstance(type, (IntegerType, EpochType)) or (isinstance(type, EnumType) and type.base == "integer"):
        return "?int"
    return "?bool" if isinstance(type, FlagType) else "?string"


def php_literal(value: Json) -> str:
    """A JSON value as PHP source on one line."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value) if value != -(2**63) else "PHP_INT_MIN"
    if isinstance(value, (float, Decimal)):
        return php_literal(str(value))
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return "[" + ", ".join(f"{_text(str(key))} => {php_literal(item)}" for key, item in value.items()) + "]"
    return "[" + ", ".join(php_literal(item) for item in value) + "]"


_PLAIN = re.compile(r"[\x20-\x7e\u00a0-\u02ff\u0370-\u1fff\u3000-\ud7ff\uf900-\ufaff\U00010000-\U0003ffff]*")
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\", "$": "\\$"}


def _text(text: str) -> str:
    """Quoted. What is invisible or turns the direction of reading is written as an escape."""
    if _PLAIN.fullmatch(text):
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return '"' + "".join(_NAMED.get(c) or (c if _PLAIN.fullmatch(c) else f"\\u{{{ord(c):X}}}") for c in text) + '"'


_UNSAFE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def php_doc(text: str) -> list[str]:
    """Lines for the inside of a docblock: nothing ends it, nothing starts a tag."""
    safe = _UNSAFE.sub(" ", text).replace("*/", "* /").replace("?>", "? >").replace("{@", "{ @")
    lines: list[str] = []
    for paragraph in safe.split("\n"):
        lines += textwrap.wrap(paragraph, 110, break_long_words=False, break_on_hyphens=False) or [""]
    while lines and not lines[-1]:
        lines.pop()
    return [re.sub(r"^(\s*)@", r"\1(at)", line) for line in lines] or [""]


_CLASSES = _ReservedClasses((_KEYWORDS + _RUNTIME).split())
_ROLES = {
    "file": Role(_pascal, _CLASSES, _class_escape),
    "class": Role(_pascal, _CLASSES, _class_escape),
    "field": Role(_camel, frozenset({"this"})),
    "resource": Role(_camel, frozenset({"this", "workflows", "config", "engine"})),
    "method": Role(_camel, frozenset({"__construct"})),
    "variable": Role(_camel, frozenset({"this", "client", "error", "changes", "pdf"})),
}


def _extra(api: Api) -> Files:
    return {**line_files(api, LANGUAGE, Path(__file__).parent / "package"), **recipe_samples(api, "examples")}


LANGUAGE: Language = Language(
    id="php",
    title="PHP",
    roles=_ROLES,
    type=php_type,
    literal=php_literal,
    doc=php_doc,
    driver=Driver(command=("php", "driver/driver.php"), needs=("php",)),
    install="apt-get install -y --no-install-recommends php-cli php-curl",
    extra=_extra,
    prose=Prose("$client->{resource}", "{client}->{method}()", "{owner}::${field}"),
    snippets=Snippets("php", ".php", Driver(("php", "{home}/snippets/run.php"), needs=("php",))),
)
