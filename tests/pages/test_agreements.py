"""Agreements as pages: who may read, what they say, on paper and as YAML."""

import re
import sys
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.document import read_yaml
from agreements.loading import load
from people.models import User
from tests.factories.agreements import SIMPLE
from tests.pages.agreements import NOW, WHOLE, Parties

CALLS = (
    "{key: calls, owner: sales, kind: response, start: {event: call.received}, "
    "stop: {event: call.answered, by: anyone}, within: 2 minutes}"
)
LATER = WHOLE.replace("2026-01-01", "2026-06-01").replace(
    "within: 2 business hours", "within: 4 business hours"
)


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def parties(db) -> Parties:
    return Parties()


@pytest.fixture
def bound(db) -> Parties:
    return Parties(sign=True)


def main_of(answer) -> str:
    return answer.content.decode().partition("<main")[2].partition("</main>")[0]


def text_of(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", main_of(answer)).split())


def version_page(number: int = 1) -> str:
    return reverse("agreement_version", args=["smarketing", number])


class TestReading:
    @pytest.mark.parametrize("reader", ["max", "helene", "marie", "olga", "ada"])
    def test_everybody_of_the_parties_and_the_further_teams_reads(self, parties, browser_of, reader):
        client = browser_of(getattr(parties, reader))

        assert "Marketing–sales agreement" in text_of(client.get(reverse("agreements")))
        for name in ("agreement_version", "agreement_print", "agreement_yaml"):
            assert client.get(reverse(name, args=["smarketing", 1])).status_code == 200
        assert client.get(reverse("agreement", args=["smarketing"])).status_code == 200

    def test_others_see_nothing(self, parties, browser_of):
        client = browser_of(parties.sam)

        assert "No agreement yet." in text_of(client.get(reverse("agreements")))
        for name in ("agreement_version", "agreement_print", "agreement_yaml", "agreement_pdf"):
            assert client.get(reverse(name, args=["smarketing", 1])).status_code == 404

    def test_the_document_says_every_part(self, parties, browser_of):
        said = text_of(browser_of(parties.marie).get(version_page()))

        for words in (
            "Grow new accounts by 20%.",
            "New revenue ≥ 2,000,000 EUR, a year revenue",
            "Be an authority in our sector on track",
            "Qualified leads ≥ 120, a month mql-volume: at their handoff",
            "Wins &gt; 25 %, a quarter deals won of those offered: in the CRM",
            "Operations director Signs for tools.",
            "Asked for a demo +40 Half of the wins began so.",
            "Student −50",
            "Qualified from 60",
            "Sales Contact within four hours",
            "SDR Sales 3 40 leads a week",
            "#smarketing Questions",
            "Weekly stand-up every week, 30 minutes",
            "marketing, sales, sales management, operations Exceptions first.",
            "What Sales owes Answer requests",
            "within 2 business hours",
            "Europe/Paris",
            "15 May 2026",
            "Marketing not signed yet",
        ):
            assert words in said.replace("\u00a0", " "), words

    def test_it_speaks_french(self, parties, browser_of):
        User.objects.filter(pk=parties.marie.pk).update(language="fr")
        said = text_of(browser_of(User.objects.get(pk=parties.marie.pk)).get(version_page()))

        for words in (
            "Accord marketing–ventes",
            "Faire croître les nouveaux comptes de 20 %.",
            "Point hebdomadaire",
        ):
            assert words in said

    def test_markdown_brings_no_script_and_no_unsafe_link(self, parties, browser_of):
        page = main_of(browser_of(parties.marie).get(version_page()))

        assert "<strong>new accounts</strong>" in page
        assert "<script" not in page
        assert "&lt;script&gt;" in page
        assert 'href="javascript' not in page

    def test_a_signed_version_shows_who_signed_what(self, bound, browser_of):
        said = text_of(browser_of(bound.marie).get(version_page()))
        sha256 = bound.version.sha256

        assert "in the stead of the team's managers" in said.replace("&#x27;", "'")
        assert " ".join(sha256[start : start + 8] for start in range(0, 64, 8)) in said
        assert "in force" in said

    def test_the_yaml_is_the_document(self, parties, browser_of):
        answer = browser_of(parties.marie).get(reverse("agreement_yaml", args=["smarketing", 1]))

        assert read_yaml(answer.content).data == read_yaml(WHOLE).data

    def test_readers_are_offered_nothing_that_they_may_not_do(self, parties, browser_of):
        client = browser_of(parties.marie)
        page = main_of(client.get(version_page()))

        for name, arguments in (
            ("agreement_review", ["smarketing", 1]),
            ("agreement_edit", ["smarketing", 1, "handoff"]),
            ("agreement_write", ["smarketing"]),
            ("agreement_sign", ["smarketing", 1]),
            ("agreement_upload", []),
        ):
            address = reverse(name, args=arguments)
            assert address not in page
            assert client.get(address).status_code == 403, name

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_it_prints_in_both_languages(self, bound, browser_of, language):
        address = reverse("agreement_print", args=["smarketing", 1])
        page = browser_of(bound.marie).get(address, {"language": language}).content.decode()

        assert f'<html lang="{language}">' in page
        assert ("Answer requests" in page, "Répondre aux demandes" in page) == (
            language == "en",
            language == "fr",
        )

    def test_a_pdf_is_made_where_the_system_can(self, bound, browser_of):
        pytest.importorskip("weasyprint", reason="the extra pdf is not installed", exc_type=ImportError)
        answer = browser_of(bound.marie).get(reverse("agreement_pdf", args=["smarketing", 1]))

        assert answer.status_code == 200, answer.content[:300]
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")

    def test_where_it_cannot_the_page_says_how(self, bound, browser_of, monkeypatch):
        monkeypatch.setitem(sys.modules, "reporting.paper_making", None)
        answer = browser_of(bound.marie).get(reverse("agreement_pdf", args=["smarketing", 1]))

        assert answer.status_code == 501
        assert "install the extra “pdf”" in answer.content.decode()


class TestHistory:
    def test_versions_are_listed_with_where_they_stand(self, bound, browser_of):
        load(LATER, by="test", as_of=NOW, sign=True)
        load(LATER.replace("2026-06-01", "2026-09-01"), by="test", as_of=NOW)
        said = text_of(browser_of(bound.marie).get(reverse("agreement", args=["smarketing"])))

        assert "Version 3 draft from 1 September 2026" in said
        assert "Version 2 signed, starts later from 1 June 2026" in said
        assert "Version 1 in force from 1 January 2026 to 31 May 2026" in said
        with time_machine.travel(datetime(2026, 7, 1, tzinfo=UTC)):
            said = text_of(browser_of(bound.marie).get(reverse("agreement", args=["smarketing"])))
        assert "Version 1 superseded" in said

    def test_what_changed_is_told_promise_by_promise(self, bound, browser_of):
        text = (
            LATER.replace("points: 40", "points: 30")
            .replace("We talk every Monday.", "We talk every Tuesday.")
            .replace("  - {key: chat,", f"  - {CALLS}\n  - {{key: chat,")
        )  # fmt: skip
        load(text, by="test", as_of=NOW)
        said = text_of(
            browser_of(bound.marie).get(reverse("agreement_diff", args=["smarketing", 2]))
        ).replace("\u00a0", " ")

        assert "Commitment inbound Allowed time within 2 business hours → within 4 business hours" in said
        assert "Commitment calls added" in said
        assert "Lead scoring Asked for a demo · +40" in said
        assert "Text We talk every Monday. → We talk every Tuesday." in said
        assert "In force from 1 January 2026 → 1 June 2026" in said
        assert "commitment inbound: within: 2 business hours → 4 business hours" in said

    def test_a_change_in_the_other_language_only_is_not_hidden(self, bound, browser_of):
        load(
            WHOLE.replace("2026-01-01", "2026-06-01").replace("Point hebdomadaire", "Réunion"),
            by="test",
            as_of=NOW,
        )
        said = text_of(browser_of(bound.marie).get(reverse("agreement_diff", args=["smarketing", 2])))

        assert "Point hebdomadaire → Réunion" in said


def test_pages_ask_as_much_for_three_of_everything_as_for_one(bound, browser_of):
    client = browser_of(bound.max)
    names = {"list": reverse("agreements"), "front": reverse("agreement", args=["smarketing"])}
    with_one = {name: statements(client, address) for name, address in names.items()}
    for number, day in enumerate(("2026-06-01", "2026-09-01"), start=2):
        load(LATER.replace("2026-06-01", day), by="test", as_of=NOW, sign=True)
        load(
            SIMPLE.replace("agreement: smarketing", f"agreement: a{number}").replace(
                "key: inbound", f"key: k{number}"
            ),
            by="test",
            as_of=NOW,
        )

    assert {name: statements(client, address) for name, address in names.items()} == with_one


def statements(client, address: str) -> int:
    client.get(address)  # once for what is asked once in a process
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)
