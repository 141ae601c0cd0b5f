"""Pages of lists in the browser: the API's keyset pages, with links for people."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from rest_framework.request import Request

from core.pagination import CursorPagination
from core.problems import Problem


class _ForPeople(CursorPagination):
    default_size = 50  # a template costs about 0.13 ms a row: more rows make a page slow


@dataclass(frozen=True, slots=True)
class Page:
    """Rows with the query strings of the neighbouring pages, None where there is none."""

    rows: list[Any]
    newer: str | None
    older: str | None


def page_of(queryset: QuerySet, request: HttpRequest, *, keyset: tuple[str, ...]) -> Page:
    """One page of rows in the order of ``keyset``; Http404 for a cursor that is not one of this list."""
    paginator = _ForPeople()
    try:
        rows = paginator.paginate_queryset(queryset, Request(request), SimpleNamespace(keyset=keyset))
    except Problem as problem:
        raise Http404(problem.detail) from problem
    links = paginator.get_paginated_response([]).data
    return Page(rows, _query(links["previous"]), _query(links["next"]))


def _query(link: str | None) -> str | None:
    return urlsplit(link).query if link else None
