import base64
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import AuditEntry
from core.pagination import CursorPagination
from tests.core.urls import Entries
from tests.factories.core import AuditEntryFactory

NOW = datetime(2026, 4, 3, 16, tzinfo=UTC)
URL = "/api/v1/entries/"

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.urls")]


def make(count: int, *, instants: int | None = None) -> None:
    """So many rows; with fewer instants than rows there are ties."""
    for number in range(count):
        AuditEntryFactory(
            at=NOW + timedelta(microseconds=number % (instants or count)), object_id=str(number % 3)
        )


def newest_first() -> list[int]:
    return list(AuditEntry.objects.order_by("-at", "-id").values_list("id", flat=True))


def ids(page: dict) -> list[int]:
    return [row["id"] for row in page["results"]]


def walk(api, url: str | None, link: str = "next") -> list[list[int]]:
    pages = []
    while url:
        page = api.get(url).json()
        pages.append(ids(page))
        url = page[link]
    return pages


def flat(pages: list[list[int]]) -> list[int]:
    return [row for page in pages for row in page]


def cursor(direction: object, values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps([direction, values]).encode()).decode().rstrip("=")


def test_an_empty_list_has_no_neighbours(api):
    assert api.get(URL).json() == {"next": None, "previous": None, "results": []}


def test_pages_forward_hold_every_row_once_newest_first_with_ties(api):
    make(25, instants=4)

    pages = walk(api, f"{URL}?page_size=4")

    assert flat(pages) == newest_first()
    assert [len(page) for page in pages] == [4, 4, 4, 4, 4, 4, 1]


def test_pages_backward_are_the_same_rows(api):
    make(12, instants=3)
    forward = []
    url = f"{URL}?page_size=4"
    while url:
        last = api.get(url).json()
        forward.append(ids(last))
        url = last["next"]

    back = walk(api, last["previous"], "previous")

    assert back == forward[:-1][::-1]


def test_the_first_page_has_no_previous_and_the_last_no_next(api):
    make(4)

    first = api.get(f"{URL}?page_size=2").json()
    last = api.get(first["next"]).json()

    assert first["previous"] is None
    assert last["next"] is None
    assert ids(api.get(last["previous"]).json()) == ids(first)


def test_a_page_that_is_exactly_full_has_no_next(api):
    make(2)

    assert api.get(f"{URL}?page_size=2").json()["next"] is None


def test_rows_added_meanwhile_neither_repeat_nor_hide_others(api):
    make(6)
    before = newest_first()
    first = api.get(f"{URL}?page_size=2").json()
    AuditEntryFactory(at=NOW + timedelta(hours=1))  # newer than all that was read

    rest = walk(api, first["next"])

    assert ids(first) + flat(rest) == before
    assert len(api.get(api.get(first["next"]).json()["previous"]).json()["results"]) == 2


def test_rows_added_at_the_instant_of_the_cursor_keep_their_place(api):
    make(4, instants=1)
    first = api.get(f"{URL}?page_size=2").json()
    AuditEntryFactory(at=NOW)  # a tie with the cursor, but a greater id: it belongs before

    rest = walk(api, first["next"])

    assert ids(first) + flat(rest) == newest_first()[1:]


def test_a_cursor_whose_row_is_gone_goes_on_from_its_place(api):
    make(6)
    first = api.get(f"{URL}?page_size=2").json()
    AuditEntry.objects.filter(id__in=ids(first)).delete()

    assert flat(walk(api, first["next"])) == newest_first()


def test_a_cursor_behind_the_end_gives_an_empty_page(api):
    make(3)
    first = api.get(f"{URL}?page_size=2").json()
    AuditEntry.objects.all().delete()

    assert api.get(first["next"]).json() == {"next": None, "previous": None, "results": []}


def test_links_keep_the_filters_and_the_page_size(api):
    make(6)
    AuditEntryFactory(verb="load")

    page = api.get(f"{URL}?verb=sign&object_id=1&object_id=2&page_size=2").json()

    query = parse_qs(urlsplit(page["next"]).query)
    assert (query["verb"], query["object_id"], query["page_size"]) == (["sign"], ["1", "2"], ["2"])


def test_an_ascending_key_pages_as_well(api):
    make(7)

    pages = walk(api, "/api/v1/unfiltered/?page_size=3")

    assert flat(pages) == list(AuditEntry.objects.order_by("object_id", "id").values_list("id", flat=True))


def test_one_row_and_three_rows_cost_the_same_one_statement(api, django_assert_num_queries):
    make(1)
    with django_assert_num_queries(1):
        api.get(URL)
    make(2)
    with django_assert_num_queries(1):
        api.get(URL)


def test_the_place_is_found_by_one_comparison_of_rows(api):
    make(4)
    url = api.get(f"{URL}?page_size=2").json()["next"]

    with CaptureQueriesContext(
        connection,
    ) as queries:
        api.get(url)

    assert '("core_auditentry"."at", "core_auditentry"."id") < (' in queries[0]["sql"]


@pytest.mark.parametrize("size", ["0", "-1", "1001", "ten", "", "1.5", "²", "٣", "9" * 5000])
def test_a_page_size_that_is_none_is_refused_by_name(api, size):
    answer = api.get(URL, {"page_size": size})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "page_size"
    assert "from 1 to 1000" in answer.json()["detail"]


@pytest.mark.parametrize("size", ["1", "1000"])
def test_the_limits_of_a_page_are_allowed(api, size):
    assert api.get(URL, {"page_size": size}).status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "äöü",
        "====",
        "bnVsbA",
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        cursor("n", []),
        cursor("n", ["2026-04-03T16:00:00Z"]),
        cursor("n", ["2026-04-03T16:00:00Z", 1, 2]),
        cursor("sideways", ["2026-04-03T16:00:00Z", 1]),
        cursor(["n"], ["2026-04-03T16:00:00Z", 1]),
        cursor("n", ["2026-04-03T16:00:00", 1]),
        cursor("n", ["2026-04-03", 1]),
        cursor("n", ["2026-02-30T16:00:00Z", 1]),
        cursor("n", ["0001-01-01T00:00:00+14:00", 1]),
        cursor("n", [None, None]),
        cursor("n", [1, 1]),
        cursor("n", ["2026-04-03T16:00:00Z", "1 or 1=1"]),
        cursor("n", ["2026-04-03T16:00:00Z", 10**30]),
        cursor("n", ["2026-04-03T16:00:00Z", float("inf")]),
        cursor("n", ["2026-04-03T16:00:00Z", float("nan")]),
        cursor("n", ["2026-04-03T16:00:00Z", {"a": 1}]),
        cursor("n", {"at": 1, "id": 2}),
        cursor("n", 7),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
    ],
)
def test_a_garbage_cursor_is_refused_by_name(api, text):
    answer = api.get(URL, {"cursor": text})

    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {
            "field": "cursor",
            "code": "invalid",
            "message": "is not one of this list; take it from `next` or `previous`",
        }
    ]


def test_a_cursor_with_a_nul_character_is_refused(api):
    assert api.get("/api/v1/unfiltered/", {"cursor": cursor("n", ["\0", 1])}).status_code == 422


def test_a_key_in_two_directions_is_an_error_of_the_programmer(rf):
    view = type("View", (), {"keyset": ("-at", "id")})
    request = Entries().initialize_request(rf.get(URL))

    with pytest.raises(ImproperlyConfigured, match="one direction"):
        CursorPagination().paginate_queryset(AuditEntry.objects.all(), request, view)
