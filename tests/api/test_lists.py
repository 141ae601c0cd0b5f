"""Lists: pages without gaps or repetitions, newest first, filters that never guess."""

from typing import Any

import pytest

from tests.api.companies import agreement, contacts, response, staff
from tests.api.contract import COMPLIANCE_ROW, EXPLANATION, FIELDS, LEAST, SHOWN
from tests.api.story import Story

HOURS = range(8)


@pytest.fixture
def agreed(story: Story) -> Story:
    """Two promises, nothing happened."""
    story.agree(agreement(response("inbound", "4 hours", "per: week"), response("second", "1 hour")))
    return story


@pytest.fixture
def busy(agreed: Story) -> Story:
    """Eight requests on Tuesday from 8:00Z on, hour by hour: p0 … p3 are answered by Rae in time."""
    story = agreed
    staff(story)
    contacts(story, *(f"p{n}" for n in HOURS), owner="rae")
    for n in HOURS:
        story.happened("request.received", f"2026-04-07T{8 + n:02}:00:00Z", contact=f"p{n}")
    for n in range(4):
        story.happened("call.made", f"2026-04-07T{9 + n:02}:00:00Z", contact=f"p{n}", actor="rae")
    story.clocks()
    return story


def pages(story: Story, path: str, size: int, **query: Any) -> list[list[dict[str, Any]]]:
    found, page = [], story.get(path, page_size=size, **query)
    while True:
        assert set(page) == {"next", "previous", "results"}
        found.append(page["results"])
        if page["next"] is None:
            return found
        page = story.client().get(page["next"]).json()


@pytest.mark.parametrize("path", ["clocks/", "events/", "contacts/"])
def test_pages_bring_every_row_once_in_the_same_order(busy: Story, path: str) -> None:
    whole = busy.get(path, page_size=1000)["results"]
    assert len({row["id"] for row in whole}) == len(whole)

    for size in (1, 3, 4, 8, 16, 1000):
        found = pages(busy, path, size)
        assert [row["id"] for page in found for row in page] == [row["id"] for row in whole], size
        assert all(len(page) == size for page in found[:-1]), size


def test_the_newest_come_first(busy: Story) -> None:
    for path, instant in (
        ("clocks/", "started_at"),
        ("events/", "occurred_at"),
        ("readings/", "period_start"),
    ):
        rows = busy.all(path)
        assert [row[instant] for row in rows] == sorted((row[instant] for row in rows), reverse=True)


def test_rows_that_arrive_between_two_pages_neither_repeat_nor_hide_any(busy: Story) -> None:
    first = busy.get("events/", page_size=5)
    busy.happened("call.made", "2026-04-10T11:00:00Z", contact="p7", actor="rae")
    busy.happened("call.made", "2026-04-07T08:30:00Z", contact="p7", actor="sam")
    second = busy.client().get(first["next"]).json()
    third = busy.client().get(second["next"]).json()

    ids = [row["id"] for page in (first, second, third) for row in page["results"]]
    assert len(ids) == len(set(ids)) == 13


def test_previous_leads_back(busy: Story) -> None:
    first = busy.get("clocks/", page_size=3)
    second = busy.client().get(first["next"]).json()
    back = busy.client().get(second["previous"]).json()

    assert back["results"] == first["results"]
    assert first["previous"] is None


def test_ids_stay_when_everything_is_judged_again(busy: Story) -> None:
    before = {clock["subject"]: clock["id"] for clock in busy.clocks("inbound")}
    busy.happened("call.made", "2026-04-09T10:00:00Z", contact="p7", actor="rae")

    assert {clock["subject"]: clock["id"] for clock in busy.clocks("inbound")} == before


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ({"commitment": "inbound"}, "01234567"),
        ({"commitment": "inbound", "state": "met"}, "0123"),
        ({"commitment": "inbound", "state": ["met", "overdue"]}, "01234567"),
        ({"commitment": "inbound", "state": "running"}, ""),
        ({"commitment": "inbound", "subject": "crm:p3"}, "3"),
        ({"commitment": "inbound", "subject": ["crm:p3", "crm:p5", "crm:nobody"]}, "35"),
        ({"commitment": "inbound", "owner": "rae@example.com"}, "01234567"),
        ({"commitment": "inbound", "owner": "none"}, ""),
        # Due four hours after 8:00Z, 9:00Z …: from 14:00Z (included) to 17:00Z (not included).
        ({"commitment": "inbound", "due_after": "2026-04-07T14:00:00Z"}, "234567"),
        (
            {
                "commitment": "inbound",
                "due_after": "2026-04-07T15:00:00+01:00",
                "due_before": "2026-04-07T17:00:00Z",
            },
            "234",
        ),
    ],
)
def test_clocks_are_filtered(busy: Story, query: dict[str, Any], subjects: str) -> None:
    found = sorted(clock["subject"] for clock in busy.all("clocks/", **query))
    assert found == [f"crm:p{n}" for n in subjects]


@pytest.mark.parametrize(
    ("path", "query", "name"),
    [
        ("clocks/", "cursor=garbage", "cursor"),
        ("clocks/", "cursor=", "cursor"),
        ("clocks/", "cursor=%FF%FE", "cursor"),
        ("clocks/", "cursor=bnVsbA", "cursor"),
        ("clocks/", "page_size=0", "page_size"),
        ("clocks/", "page_size=1001", "page_size"),
        ("clocks/", "page_size=-1", "page_size"),
        ("clocks/", "page_size=ten", "page_size"),
        ("clocks/", "state=done", "state"),
        ("clocks/", "state=", "state"),
        ("clocks/", "state=met&state=done", "state"),
        ("clocks/", "subject=p1", "subject"),
        ("clocks/", "subject=:p1", "subject"),
        ("clocks/", "subject=a%00:b", "subject"),
        ("clocks/", "due_after=yesterday", "due_after"),
        ("clocks/", "due_after=2026-04-07T10:00:00", "due_after"),
        ("clocks/", "due_after=2026-04-07T10:00:00Z&due_after=2026-04-08T10:00:00Z", "due_after"),
        ("clocks/", "comitment=inbound", "comitment"),
        ("events/", "occurred_after=2026-02-30T00:00:00Z", "occurred_after"),
        ("events/", "nothing=1", "nothing"),
        ("accounts/", "page=2", "page"),
        ("readings/", "period_after=x", "period_after"),
        ("breaches/", "state=closed", "state"),
        ("breaches/", "historic=maybe", "historic"),
        ("breaches/", "type=week", "type"),
        ("agreements/", "kind=response", "kind"),
        ("commitments/", "kind=answer", "kind"),
        ("commitments/", "version=one", "version"),
        ("reports/", "day=2026", "day"),
        ("reports/tomorrow/", "team=sales", "day"),
        ("reports/2026-04-08/", "team=nobody", "team"),
        ("commitments/inbound/compliance/", "by=year", "by"),
        ("commitments/inbound/compliance/", "basis=end", "basis"),
        ("commitments/inbound/compliance/", "from=2026-13-01", "from"),
        ("commitments/inbound/compliance/", "to=soon", "to"),
        ("commitments/inbound/compliance/", "page_size=3", "page_size"),
        ("why-not/", "commitment=inbound", "subject"),
        ("why-not/", "subject=crm:p1", "commitment"),
        ("why-not/", "commitment=inbound&subject=p1", "subject"),
    ],
)
def test_a_parameter_that_means_nothing_is_a_422_that_names_it(
    agreed: Story, path: str, query: str, name: str
) -> None:
    answer = agreed.client().get(f"/api/v1/{path}?{query}")

    assert answer.status_code == 422, answer.content
    problem = answer.json()
    assert name in [error["field"] for error in problem["errors"]]
    assert name in problem["detail"]


@pytest.mark.parametrize(
    "path",
    [
        *(
            "clocks/999999/",
            "clocks/99999999999999999999999/",
            "clocks/999999/explanation/",
            "breaches/999999/",
        ),
        *("breaches/99999999999999999999999/", "agreements/nothing/", "commitments/nothing/compliance/"),
        *("reports/2026-01-01/?team=sales", "why-not/?commitment=nothing&subject=crm:p1"),
        "why-not/?commitment=inbound&subject=crm:nobody",
    ],
)
def test_what_is_not_there_is_a_404(agreed: Story, path: str) -> None:
    answer = agreed.client().get(f"/api/v1/{path}")

    assert answer.status_code == 404, answer.content
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["clocks", "commitments", "readings"])
def test_rows_have_the_fields_of_the_contract(busy: Story, path: str) -> None:
    for row in busy.all(f"{path}/"):
        assert set(SHOWN[path]) <= row.keys()


def test_instants_are_written_in_utc_with_z(busy: Story) -> None:
    rows = [*busy.all("clocks/"), *busy.all("events/"), *busy.all("readings/"), *busy.all("contacts/")]
    instants = [
        value
        for row in rows
        for name, value in row.items()
        if value and name.endswith(("_at", "_start", "_end"))
    ]
    assert len(instants) > 50
    assert all(value.endswith("Z") and value[10] == "T" for value in instants)


@pytest.mark.parametrize("resource", FIELDS)
def test_facts_are_read_back_as_they_were_sent(story: Story, resource: str) -> None:
    story.sync(resource, {"external_id": "1", **LEAST[resource]})
    (shown,) = story.all(f"{resource}/", source="crm", external_id="1")

    assert {"id", "source", *FIELDS[resource]} <= shown.keys()
    assert LEAST[resource].items() <= shown.items()


def test_persons_are_named_only_to_who_may_read_names(story: Story) -> None:
    staff(story)
    contacts(
        story, "p1", name="Paula Prospect", email="paula@prospect.example", phone="+33 1 23", owner="rae"
    )
    story.happened(
        "request.received",
        "2026-04-07T09:00:00Z",
        "x1",
        contact="p1",
        data={"email": "paula@prospect.example"},
    )
    for path in ("members/", "contacts/", "events/"):
        hidden = str(story.get(path, scopes=("read",)))
        assert "example" not in hidden
        assert "Paula" not in hidden
        assert "+33" not in hidden
        assert "Rae" not in hidden
    assert "Paula Prospect" in str(story.get("contacts/", scopes=("read", "people:read")))


# -- what is summed up


def test_an_explanation_has_a_sentence_in_both_languages_and_adds_up(busy: Story) -> None:
    (clock,) = busy.all("clocks/", commitment="inbound", subject="crm:p3")
    told = busy.get(f"clocks/{clock['id']}/explanation/")

    assert set(EXPLANATION) <= told.keys()
    assert told["sentence"]["en"]
    assert told["sentence"]["fr"]
    assert told["sentence"]["en"] != told["sentence"]["fr"]
    assert told["version"] == 1


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        ("day", ["2026-04-07"]),
        ("week", ["2026-W15"]),
        ("month", ["2026-04"]),
        ("owner", ["rae@example.com"]),
        ("team", ["sales"]),
        ("origin", [None]),
    ],
)
@pytest.mark.parametrize("basis", ["due", "start"])
def test_compliance_adds_up_whatever_it_is_by(
    busy: Story, by: str, keys: list[str | None], basis: str
) -> None:
    told = busy.get(
        "commitments/inbound/compliance/", by=by, basis=basis, **{"from": "2026-04-01", "to": "2026-05-01"}
    )

    assert [row["key"] for row in told["rows"]] == keys
    for row in told["rows"]:
        assert set(COMPLIANCE_ROW) == row.keys()
    assert told["total"] == {
        "met": 4,
        "late": 0,
        "overdue": 4,
        "failed": 0,
        "running": 0,
        "left_out": 0,
        "kept_rate": 0.5,
    }


def test_compliance_counts_by_the_start_or_by_the_deadline(busy: Story) -> None:
    # Started 8:00Z to 15:00Z, due four hours later: three start before 11:00Z, none is due then.
    until = {"to": "2026-04-07T11:00:00Z"}
    assert busy.get("commitments/inbound/compliance/", basis="start", **until)["total"]["met"] == 3
    assert busy.get("commitments/inbound/compliance/", basis="due", **until)["total"]["met"] == 0


def test_a_reading_tells_the_period_in_the_calendars_zone(busy: Story) -> None:
    (reading,) = busy.all("readings/", commitment="inbound")

    assert {
        name: reading[name] for name in ("commitment", "version", "value", "numerator", "denominator")
    } == {
        "commitment": "inbound",
        "version": 1,
        "value": 0.5,
        "numerator": 4,
        "denominator": 8,
    }
    # Monday to Monday in London, BST.
    assert (reading["period_start"], reading["period_end"]) == (
        "2026-04-05T23:00:00Z",
        "2026-04-12T23:00:00Z",
    )
    assert reading["verdict"] == "at_risk"  # the week is not over
    busy.at("2026-04-13T00:00:00Z").clocks()
    assert busy.all("readings/", commitment="inbound")[0]["verdict"] == "missed"
