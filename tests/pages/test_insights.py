"""The pages of figures: what they show to whom, that they stay cheap, and what they refuse."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.loading import load
from agreements.models import AgreementVersion
from core.csv_cells import safe_cell
from leads.models import Figure, Ref
from people.models import User
from tests.factories.leads import event, send
from tests.pages.story import NOW, Story

MOST = 45
PAGES = (
    "conversion",
    "conversion_csv",
    "lead_feedback",
    "lead_feedback_list",
    "priorities",
    "quota",
    "scoring",
    "goals",
    "figures",
)
EMPTY = {
    "conversion": "No lead in this window.",
    "lead_feedback": "No lead was handed over in this window.",
    "lead_feedback_list": "No lead matches.",
    "priorities": "No lead with a score was handed over in this window.",
    "quota": "Enter the revenue goal.",
    "scoring": "No agreement in force says what qualifies a lead.",
    "goals": "No agreement in force states goals.",
    "figures": "No figure yet.",
}
SCORING = """
agreement: rules
parties: [marketing, sales]
effective_from: 2026-01-01
goals:
  - {key: visits, part: marketing, title: Visits, metric: "series:visits", target: ">= 3000", period: month}
  - {key: known, part: company, title: Be known in our trade, status: at_risk}
mql:
  threshold: 50
  criteria: [{text: Is serious}]
  scoring: [{when: Read a page, points: 60, because: It shows interest, event: page.viewed}]
commitments:
  - {key: mql-volume, owner: marketing, kind: volume, count: {event: lead.qualified}, target: ">= 5"}
"""
FIGURES = {
    "goal": "600000",
    "months": "6",
    "average_deal": "20000",
    "close_rate": "25",
    "sql_to_deal": "50",
    "sal_to_sql": "40",
    "mql_to_sal": "75",
    "touches": "6",
    "minutes": "15",
    "hours": "60",
    "people": "4",
}


def instant(days: int) -> str:
    return (NOW - timedelta(days=days)).isoformat()


def lead(name: str, *, owner: str | None = "marie", origin: str = "fair") -> None:
    """A lead with a score that was handed over, rejected or accepted, called and won."""
    send(
        "contacts",
        {"external_id": f"c-{name}", "name": f"Contact {name}", "updated_at": instant(40)},
        as_of=NOW,
    )
    row: dict[str, Any] = {
        "external_id": name,
        "contact": f"c-{name}",
        "origin": origin,
        "owner": owner,
        "score": 70,
    }
    send(
        "leads", {**row, "status": "inquiry", "created_at": instant(30), "updated_at": instant(30)}, as_of=NOW
    )
    send("leads", {"external_id": name, "status": "mql", "updated_at": instant(20)}, as_of=NOW)
    send("leads", {"external_id": name, "status": "accepted", "updated_at": instant(19)}, as_of=NOW)
    send("events", event(f"call-{name}", "call.made", instant(18), lead=name, actor="paul"), as_of=NOW)
    won = {"amount": 1000, "currency": "EUR", "outcome": "won", "closed_at": instant(5)}
    send("deals", {"external_id": f"d-{name}", "lead": name, "created_at": instant(15), **won}, as_of=NOW)


def main_of(answer: Any) -> str:
    return answer.content.decode().partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("name", PAGES)
def test_strangers_are_asked_to_sign_in(client: Client, db, name: str) -> None:
    assert client.get(reverse(name))["Location"].startswith("/accounts/login/?next=/")


@pytest.mark.parametrize(("name", "text"), EMPTY.items())
def test_an_empty_page_says_so(
    browser_of: Callable[[User], Client], admin: User, name: str, text: str
) -> None:
    assert text in main_of(browser_of(admin).get(reverse(name)))


def test_a_page_with_three_leads_asks_as_much_as_with_one(
    story: Story, browser_of: Callable[[User], Client], admin: User
) -> None:
    load(SCORING, by="test", as_of=NOW, sign=True)
    readers = {user.name: browser_of(user) for user in (story.marie, story.helene, admin)}
    addresses = [
        *map(reverse, PAGES),
        reverse("conversion") + "?by=owner",
        reverse("lead_feedback") + "?by=origin",
    ]

    def counts() -> dict[str, int]:
        found = {}
        for who, client in readers.items():
            for address in [*addresses, reverse("scored_lead", args=[Ref.objects.get(external_id="L1").pk])]:
                client.get(address)  # once for what is asked once in a process
                with CaptureQueriesContext(connection) as asked:
                    assert client.get(address).status_code == 200, address
                found[f"{who} {address}"] = len(asked)
        return found

    lead("L1")
    with_one = counts()
    lead("L2", owner="paul", origin="web")
    lead("L3", owner=None)

    assert counts() == with_one
    assert max(with_one.values()) <= MOST


def test_owners_are_named_to_themselves_and_their_managers_only(
    story: Story, browser_of: Callable[[User], Client]
) -> None:
    lead("L1", owner="marie")
    lead("L2", owner="paul")
    address = reverse("conversion") + "?by=owner"

    of_marie, of_helene, of_max = (
        main_of(browser_of(user).get(address)) for user in (story.marie, story.helene, story.max)
    )

    assert "Marie Durand" in of_marie
    assert "Paul Smith" not in of_marie
    assert "everybody else, without names" in of_marie
    assert "Marie Durand" in of_helene
    assert "Paul Smith" in of_helene
    assert "Durand" not in of_max
    assert "Paul Smith" not in of_max


def test_the_hot_leads_of_others_are_not_listed_one_by_one(story: Story, browser_of) -> None:
    lead("L1", owner="paul")

    assert "Contact L1" in main_of(browser_of(story.paul).get(reverse("priorities")))
    assert "Contact L1" not in main_of(browser_of(story.marie).get(reverse("priorities")))


def test_marketing_sees_what_became_of_a_lead_without_the_seller(story: Story, browser_of) -> None:
    lead("L1", owner="paul")

    page = main_of(browser_of(story.max).get(reverse("lead_feedback_list")))
    assert "Contact L1" in page
    assert "Paul Smith" not in page


def test_numbers_of_the_table_open_as_many_leads(story: Story, browser_of) -> None:
    lead("L1")
    lead("L2", origin="web")
    client = browser_of(story.max)

    assert "1 lead," in main_of(client.get(reverse("lead_feedback_list") + "?origin=web"))
    assert "2 leads," in main_of(client.get(reverse("lead_feedback_list") + "?outcome=accepted"))
    assert "No lead matches." in main_of(client.get(reverse("lead_feedback_list") + "?outcome=waiting"))


@pytest.mark.parametrize("page", ["0", "x", "-1", "999999", "²"])
def test_a_page_that_is_none_is_not_found(browser_of, admin: User, page: str) -> None:
    assert browser_of(admin).get(reverse("lead_feedback_list"), {"page": page}).status_code == 404


@pytest.mark.parametrize("query", ["by=x", "from=x&to=2026-99-99", "cohort=", "campaign=1&outcome=x"])
def test_filters_that_cannot_be_read_narrow_nothing(browser_of, admin: User, query: str) -> None:
    for name in ("conversion", "lead_feedback", "lead_feedback_list", "priorities", "scoring"):
        assert browser_of(admin).get(f"{reverse(name)}?{query}").status_code == 200, name


def test_the_file_of_the_table_runs_no_formula(story: Story, browser_of) -> None:
    lead("L1", origin='=HYPERLINK("http://x")')

    answer = browser_of(story.max).get(reverse("conversion_csv") + "?by=origin")

    text = answer.content.decode("utf-8-sig")
    assert answer["Content-Disposition"] == 'attachment; filename="conversion-origin.csv"'
    assert text.splitlines()[0].startswith("origin,leads,mql,sal,sql,deals,won,lead_to_mql")
    assert "\"'=HYPERLINK" in text
    assert "\n=" not in text
    assert text.splitlines()[-1].startswith("total,1,1,1,1,1,1,1.0")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("fair", "fair"),
        (-1, -1),
        (None, ""),
    ],
)
def test_a_cell_that_would_be_a_formula_gets_an_apostrophe(value: Any, written: Any) -> None:
    assert safe_cell(value) == written


def test_the_quota_is_worked_out_on_the_page_and_put_into_a_draft(story: Story, browser_of) -> None:
    load(SCORING, by="test", as_of=NOW, sign=True)
    client = browser_of(story.max)

    page = main_of(client.get(reverse("quota"), FIGURES))
    assert '<p class="big num">134</p>' in page
    assert "Put it into the agreement rules" in page

    answer = client.post(reverse("quota_agree"), FIGURES | {"agreement": "rules"})
    assert answer.status_code == 200
    assert "&gt;= 134" in main_of(answer)
    draft = AgreementVersion.objects.get(agreement__key="rules", state="draft")
    assert draft.commitments.get(key="mql-volume").terms["target"] == ">= 134"


def test_only_managers_of_its_teams_put_a_quota_into_an_agreement(story: Story, browser_of) -> None:
    load(SCORING, by="test", as_of=NOW, sign=True)
    client = browser_of(story.marie)

    assert "Put it into the agreement" not in main_of(client.get(reverse("quota"), FIGURES))
    assert client.post(reverse("quota_agree"), FIGURES | {"agreement": "rules"}).status_code in (403, 404)
    assert not AgreementVersion.objects.filter(agreement__key="rules", state="draft").exists()


@pytest.mark.parametrize(
    "change", [{"goal": "0"}, {"close_rate": "101"}, {"months": "x"}, {"goal": "9" * 30}]
)
def test_figures_that_cannot_be_are_said_and_nothing_breaks(browser_of, admin: User, change) -> None:
    page = main_of(browser_of(admin).get(reverse("quota"), FIGURES | change))

    assert "These figures are missing or cannot be:" in page


def test_one_lead_is_explained_rule_by_rule(story: Story, browser_of) -> None:
    load(SCORING, by="test", as_of=NOW, sign=True)
    lead("L1")
    client = browser_of(story.max)
    pk = Ref.objects.get(type="lead", external_id="L1").pk

    assert "Contact L1" in main_of(client.get(reverse("scoring") + "?show=too_early"))
    page = main_of(client.get(reverse("scored_lead", args=[pk])))
    assert "It shows interest" in page
    assert "0 points of 50" in page
    assert "judged by people" in page
    assert client.get(reverse("scored_lead", args=[999_999])).status_code == 404


def test_goals_say_how_they_stand_and_are_measured(story: Story, browser_of) -> None:
    load(SCORING, by="test", as_of=NOW, sign=True)
    client = browser_of(story.max)
    client.post(
        reverse("figures"), {"series": "visits", "day": "2026-03-02", "value": "1500", "counting": "sum"}
    )

    page = main_of(client.get(reverse("goals")))
    assert "1,500" in page
    assert "on pace" in page
    assert "the figures of “visits” added up" in page
    assert "at risk" in page


def test_a_file_is_shown_before_its_good_lines_are_stored(story: Story, browser_of) -> None:
    client = browser_of(story.max)
    text = "series,day,value\nvisits,2026-03-01,10\nvisits,1 March,x\nvisits,2026-03-02,12.5\n"
    upload = SimpleUploadedFile("march.csv", text.encode(), content_type="text/csv")

    page = main_of(client.post(reverse("figures"), {"file": upload, "counting": "sum"}))
    assert "2 lines can be stored." in page
    assert "“1 March” is not a day" in page
    assert not Figure.objects.exists()

    again = {"text": text, "name": "march.csv", "counting": "sum", "confirm": "1"}
    assert client.post(reverse("figures"), again, follow=True).status_code == 200
    assert [(int(f.value), f.source, f.entered_by) for f in Figure.objects.order_by("day")] == [
        (10, "march.csv", story.max),
        (12, "march.csv", story.max),
    ]


@pytest.mark.parametrize(
    "data",
    [
        {"counting": "sum"},
        {"counting": "sum", "text": 'series,day\n"open'},
        {"series": "a b", "day": "x", "value": "", "counting": "sum"},
    ],
)
def test_what_cannot_be_entered_is_said(browser_of, admin: User, data: dict[str, str]) -> None:
    answer = browser_of(admin).post(reverse("figures"), data)

    assert answer.status_code in (200, 422)
    assert not Figure.objects.exists()


def test_somebody_of_no_team_enters_nothing(browser_of, db) -> None:
    nobody = User.objects.create(email="nobody@example.com")
    data = {"series": "visits", "day": "2026-03-02", "value": "1", "counting": "sum"}

    assert browser_of(nobody).post(reverse("figures"), data).status_code == 403
    assert "Enter one" not in main_of(browser_of(nobody).get(reverse("figures")))
