"""The audit trail in the browser: who may read it, what it can be narrowed by, and as a file."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import audit
from people.sign_in import acts
from tests.factories.people import UserFactory
from tests.pages.story import NOW


@pytest.fixture
def auditor(db):
    return UserFactory(email="aude@example.com", name="Aude", is_auditor=True)


@pytest.fixture
def trail(admin):
    rita = UserFactory(email="rita@example.com", name="Rita")
    note = audit.record
    note(
        actor=rita,
        verb="breach.waive",
        object_type="breach",
        object_id=12,
        after={"note": "agreed"},
        as_of=NOW,
    )
    note(
        actor="load_agreement", verb="agreement.signed", object_type="agreement", object_id="ours", as_of=NOW
    )
    note(
        actor=admin,
        verb="change",
        object_type="user",
        object_id=7,
        before={"name": "=1+1", "language": "fr"},
        after={"name": "<script>alert(1)</script>", "language": "fr"},
        as_of=NOW - timedelta(days=2),
    )
    acts.note(acts.REFUSED, user=None, email="x@example.com", why="password", ip="203.0.113.9", as_of=NOW)
    return rita


def rows(browser, query: str = "") -> list[str]:
    return [act.what for act in browser.get(f"/audit/?{query}").context["acts"]]


def test_it_is_read_by_administrators_and_auditors_alone(trail, admin, auditor, browser_of, client):
    for user, status in ((admin, 200), (auditor, 200), (trail, 403)):
        assert browser_of(user).get("/audit/").status_code == status
        assert browser_of(user).get("/audit/audit.csv").status_code == status
    assert client.get("/audit/")["Location"].startswith("/accounts/login/?next=/audit/")


def test_each_act_is_told_in_words_newest_first(trail, admin, browser_of):
    browser = browser_of(admin)

    assert rows(browser) == [
        "Sign-in refused (wrong password or unknown address)",
        "changed",
        "agreement signed by all",
        "exception waived",
    ]
    page = browser.get("/audit/").content.decode()
    assert "somebody not signed in" in page
    assert "load_agreement" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("actor=rita", 1),
        ("actor=load_ag", 1),
        ("actor=nobody", 0),
        ("verb=breach.waive", 1),
        ("object=breach", 1),
        ("object=breach+12", 1),
        ("object=breach+1", 0),
        ("object=x%40example.com", 1),
        ("since=2026-03-05", 3),
        ("until=2026-03-04", 1),
        ("since=2026-03-03&until=2026-03-03", 1),
    ],
)
def test_it_is_narrowed_by_who_what_to_what_and_when(trail, admin, browser_of, query, count):
    assert len(rows(browser_of(admin), query)) == count


@pytest.mark.parametrize("query", ["since=yesterday", "verb=nonsense", "actor=" + "x" * 201])
def test_what_cannot_be_read_is_said_at_its_field(trail, admin, browser_of, query):
    answer = browser_of(admin).get(f"/audit/?{query}")

    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()


def test_the_file_has_the_same_rows_and_runs_nothing(trail, admin, browser_of):
    body = browser_of(admin).get("/audit/audit.csv?object=user+7").content.decode("utf-8-sig")

    read = list(csv.DictReader(io.StringIO(body)))
    assert [(row["actor"], row["verb"]) for row in read] == [("ada@example.com", "change")]
    assert read[0]["at"] == "2026-03-03T10:00:00Z"


def test_an_empty_trail_says_so(admin, browser_of):
    assert "No act matches." in browser_of(admin).get("/audit/?actor=nobody").content.decode()


def test_many_rows_cost_what_one_costs(trail, admin, browser_of):
    browser = browser_of(admin)
    browser.get("/audit/")
    counts = []
    for more in (0, 30):
        for number in range(more):
            audit.record(actor=trail, verb="add", object_type="team", object_id=number, as_of=NOW)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            browser.get("/audit/")
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_a_token_made_at_the_terminal_is_in_it(db, admin, browser_of, capsys):
    call_command("create_token", "hubspot", "--scope", "read")

    secret = capsys.readouterr().out.split()[-1]
    answer = browser_of(admin).get("/audit/?object=apitoken")
    assert "create_token" in answer.content.decode()
    assert secret not in answer.content.decode()
