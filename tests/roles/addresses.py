"""Every address that the resolver knows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, get_resolver


@dataclass(frozen=True, slots=True)
class Address:
    """A pattern of the resolver: the name by which it is reversed, its route, and its view."""

    name: str
    route: str
    view: Any

    @property
    def is_api(self) -> bool:
        """Part of the REST API."""
        return self.route.startswith("api/v1/")

    @property
    def is_admin(self) -> bool:
        """Part of the administration."""
        return self.route.startswith("admin/")

    @property
    def methods(self) -> set[str]:
        """What a class of the REST API answers; of a function nothing is known."""
        kind = getattr(self.view, "cls", None)
        return {m.upper() for m in ("get", "post", "put", "patch", "delete") if hasattr(kind, m)}


def every_address() -> list[Address]:
    """All of them, static files and the debug pages of nobody aside."""
    return list(_walk(get_resolver(), "", ""))


def _walk(resolver: Any, prefix: str, space: str) -> Iterator[Address]:
    for one in resolver.url_patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLPattern):
            yield Address(space + (one.name or ""), route, one.callback)
        else:
            yield from _walk(one, route, space + (f"{one.namespace}:" if one.namespace else ""))
