"""What a format has no words for, and how the other side of a comparison lends it, so that it shows no change."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..ir import Api


@dataclass(frozen=True)
class Lacks:
    """Names of attributes of an Api and of its objects that a format cannot say."""

    api: tuple[str, ...] = ()
    object: tuple[str, ...] = ()


@dataclass(frozen=True)
class Partial:
    """An Api read from a format, and what that format lacks."""

    api: Api
    lacks: Lacks = Lacks()

    def _completed(self, other: Api) -> Api:
        """The Api with what it cannot say taken from `other`."""
        objects = tuple(
            replace(o, **{name: getattr(other.by_id[o.id], name) for name in self.lacks.object})
            if o.id in other.by_id
            else o
            for o in self.api.objects
        )
        return replace(self.api, objects=objects, **{name: getattr(other, name) for name in self.lacks.api})


def pair(old: Partial, new: Partial) -> tuple[Api, Api]:
    """Both sides of a comparison, each with what it cannot say lent by the other."""
    was = old._completed(new.api)
    return was, new._completed(was)
