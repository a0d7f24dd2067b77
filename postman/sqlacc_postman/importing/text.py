"""What names and texts of specs may look like, and texts made so that they do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

ID = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"
WIRE = r"[a-z][a-z0-9_]*"
PATH = r"/[a-z]+"
WORDS = r"[a-z0-9]+( [a-z0-9]+)*"
EVIDENCE = r"(documented|observed|inferred)( [A-Z][A-Z0-9]*(-[A-Z0-9]+)*)*( \([^\n]+\))?"
TAG = "POSTMAN"  # the source of what an import adds
_HIDDEN = ("Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp")


def one_of(facts: Mapping[str, str], name: str, form: str, otherwise: str) -> str:
    """The fact when it has the form."""
    text = facts.get(name, "")
    return text if re.fullmatch(form, text) else otherwise


def tidy(text: str, size: int = 2000) -> str:
    """Without characters that nobody sees, and not endless."""
    if not text.isascii() or not text.isprintable():
        text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _HIDDEN)
    text = text.strip()
    return text if len(text) <= size else f"{text[:size].rstrip()}..."


def line(text: str, size: int = 200) -> str:
    """One line."""
    return " ".join(tidy(text, size * 2).split())[:size]


def inferred(why: str) -> str:
    """Evidence of something concluded from the collection."""
    said = line(why.replace("(", "[").replace(")", "]"), 160)
    return f"inferred {TAG} ({said})" if said else f"inferred {TAG}"


def words(text: str) -> list[str]:
    """Lower-case words of letters and digits."""
    return re.findall(r"[a-z0-9]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", text).lower())


def plural(id: str) -> str:
    """`sales_invoices`, `companies`, `boxes`."""
    if id.endswith(("s", "x", "ch", "sh")):
        return f"{id}es"
    return f"{id[:-1]}ies" if id.endswith("y") and id[-2:-1] not in "aeiou" else f"{id}s"
