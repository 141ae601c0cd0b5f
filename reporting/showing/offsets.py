"""Pages of lists that a statement puts together, counted from one: such rows have no keys."""

from django.http import Http404, HttpRequest

LAST = 10_000


def page_number(request: HttpRequest) -> int:
    """The page that is asked for; Http404 for what is none."""
    text = request.GET.get("page", "1")
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:6]) <= LAST and len(text) < 6):
        raise Http404
    return int(text)


def page_queries(request: HttpRequest, number: int, *, more: bool) -> dict[str, str | None]:
    """The query strings of the neighbouring pages as ``newer`` and ``older``, None where there is none."""
    return {
        "newer": _with_page(request, number - 1) if number > 1 else None,
        "older": _with_page(request, number + 1) if more else None,
    }


def _with_page(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return query.urlencode()
