"""The guided pages: who may, what they show before anything is saved, and what they save."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from agreements.catalogue import entries
from agreements.loading import load
from agreements.models import AgreementVersion, Commitment
from agreements.signing import sign
from core.models import AuditEntry
from people.models import User
from tests.agreements.test_promise_forms import posted
from tests.pages.story import NOW, Story

BrowserOf = Callable[[User], Client]
NEW = {
    "title_en": "Our agreement",
    "key": "ours",
    "marketing": "marketing",
    "sales": "sales",
    "effective_from": "2026-04-01",
    "calendar": "paris",
}
OWN = {
    "calendar": "",
    "timezone": "Europe/Paris",
    "days": ["mon", "tue"],
    "hours": "09:00-12:30, 13:30–18:00",
    "country": "fr",
}
DRAFT = """
agreement: next
title: The next agreement
parties: [marketing, sales]
effective_from: 2026-04-01
calendars: {paris: {timezone: Europe/Paris, week: {mon: ["09:00-18:00"], wed: ["09:00-18:00"]}}}
commitments:
  - key: calls
    title: {en: Calls are answered, fr: Les appels sont pris}
    owner: sales
    kind: response
    start: {event: request.received}
    stop: {event: call.made}
    within: 2 business hours
"""


@pytest.fixture
def draft(story: Story) -> AgreementVersion:
    return load(DRAFT, by="test", as_of=NOW).version


def address(name: str, *more: str) -> str:
    return reverse(name, args=["next", 1, *more])


def shown(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, url
    return answer.content.decode()


def form_data(client: Client, url: str, **changes: Any) -> dict[str, Any]:
    """What a browser sends for the form of a page."""
    return posted(client.get(url).context["form"]) | changes


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("promise_catalogue", ()),
        ("promise_new", ("decision",)),
        ("promise_edit", ("calls",)),
        ("promise_remove", ("calls",)),
    ],
)
def test_only_managers_of_the_parties_and_administrators_write(
    draft: AgreementVersion,
    story: Story,
    admin: User,
    browser_of: BrowserOf,
    name: str,
    more: tuple[str, ...],
) -> None:
    url = address(name, *more)
    answers = {
        user.name: browser_of(user).get(url).status_code
        for user in (story.marie, story.helene, story.max, admin)
    }

    assert answers == {"Marie Durand": 403, "Hélène Martin": 200, "Max Power": 200, "Ada Admin": 200}
    assert Client().get(url).status_code == 302
    assert browser_of(story.marie).post(url, {}).status_code in (403, 405)
    assert Commitment.objects.filter(version=draft).count() == 1


def test_a_signed_version_is_not_changed_by_them(
    draft: AgreementVersion, story: Story, browser_of: BrowserOf
) -> None:
    for team in draft.agreement.parties.all():
        sign(draft, party=team, by="operator", as_of=NOW)

    for name, more in (
        ("promise_catalogue", ()),
        ("promise_new", ("decision",)),
        ("promise_edit", ("calls",)),
    ):
        assert browser_of(story.helene).get(address(name, *more)).status_code == 403


@pytest.mark.parametrize("url", ["promise_new gone", "promise_new own-guess", "promise_edit gone"])
def test_what_is_not_there_is_not_found(
    draft: AgreementVersion, story: Story, browser_of: BrowserOf, url: str
) -> None:
    name, word = url.split()

    assert browser_of(story.helene).get(address(name, word)).status_code == 404


class TestNewAgreement:
    url = "/agreements/new/"

    def test_managers_begin_one_and_others_do_not(self, story: Story, browser_of: BrowserOf) -> None:
        assert "New agreement" in shown(browser_of(story.helene), self.url)
        shown(browser_of(story.marie), self.url, 403)
        assert browser_of(story.marie).post(self.url, NEW).status_code == 403

    def test_every_promise_of_the_catalogue_is_offered_with_what_it_needs(
        self, story: Story, browser_of: BrowserOf
    ) -> None:
        page = shown(browser_of(story.helene), self.url)

        assert all(f'value="{entry.key}"' in page for entry in entries())
        assert all(escape(entry.watch["en"]) in page for entry in entries())
        assert "a call (call.made)" in page

    def test_it_writes_a_draft_with_the_promises_picked(self, story: Story, browser_of: BrowserOf) -> None:
        answer = browser_of(story.helene).post(self.url, NEW | {"promises": ["decision", "mql-to-meeting"]})

        assert answer.status_code == 302, answer.context["form"].errors
        version = AgreementVersion.objects.get(agreement__key="ours")
        assert answer["Location"] == reverse("agreement_version", args=["ours", 1])
        assert [c.key for c in version.commitments.order_by("position")] == ["mql-to-meeting", "decision"]
        owners = {c.key: c.owner.slug for c in version.commitments.select_related("owner")}
        assert owners == {"mql-to-meeting": "marketing", "decision": "sales"}
        baseline = version.commitments.get(key="mql-to-meeting").terms["baseline"]
        assert baseline == {"from": "2025-09-01", "to": "2026-02-28"}
        assert version.calendar_uses.get().calendar.calendar.key == "paris"
        assert (
            AuditEntry.objects.get(verb="agreement.created", object_id=str(version.pk)).actor == story.helene
        )

    def test_a_calendar_is_made_with_it(self, story: Story, browser_of: BrowserOf) -> None:
        answer = browser_of(story.helene).post(self.url, NEW | OWN)

        assert answer.status_code == 302, answer.context["form"].errors
        calendar = AgreementVersion.objects.get(agreement__key="ours").calendar_uses.get().calendar
        assert calendar.calendar.key == "paris-2"
        assert calendar.definition == {
            "timezone": "Europe/Paris",
            "week": {day: ["09:00-12:30", "13:30-18:00"] for day in ("mon", "tue")},
            "holidays": {"country": "FR"},
        }

    @pytest.mark.parametrize(
        ("changes", "field", "told"),
        [
            ({"title_en": ""}, "title_en", "Give it a title in one language at least."),
            ({"sales": "marketing"}, "sales", "An agreement is between two teams: choose another one."),
            ({"key": "smarketing"}, "key", "There is an agreement smarketing already; use another key."),
            (OWN | {"timezone": "Paris"}, "timezone", "There is no such zone; write one as Europe/Paris."),
            (OWN | {"hours": ""}, "hours", "A new calendar needs this."),
            (OWN | {"days": []}, "days", "A new calendar needs this."),
        ],
    )
    def test_what_is_wrong_is_told_at_its_field(
        self, story: Story, browser_of: BrowserOf, changes: dict[str, Any], field: str, told: str
    ) -> None:
        answer = browser_of(story.helene).post(self.url, NEW | changes)

        assert answer.status_code == 422
        assert told in answer.context["form"].errors[field]
        assert not AgreementVersion.objects.filter(agreement__key="ours").exists()

    def test_nobody_writes_for_two_teams_that_they_do_not_manage(
        self, story: Story, browser_of: BrowserOf
    ) -> None:
        load(DRAFT.replace("next", "other").replace("marketing, sales", "legal, finance").replace("owner: sales", "owner: legal").replace("calls", "x"), by="test", as_of=NOW)  # fmt: skip  # noqa: E501

        answer = browser_of(story.helene).post(self.url, NEW | {"marketing": "legal", "sales": "finance"})

        assert answer.status_code == 422
        assert "You manage neither of these teams" in answer.context["form"].errors["sales"][0]


class TestPromises:
    def test_the_catalogue_marks_what_the_agreement_has(
        self, draft: AgreementVersion, story: Story, browser_of: BrowserOf
    ) -> None:
        client = browser_of(story.helene)
        client.post(address("promise_new", "decision"), form_data(client, address("promise_new", "decision")))

        page = shown(client, address("promise_catalogue"))

        assert address("promise_new", "contact") in page
        assert address("promise_new", "decision") not in page
        assert address("promise_new", "own-coverage") in page

    def test_one_is_adapted_and_saved(
        self, draft: AgreementVersion, story: Story, browser_of: BrowserOf
    ) -> None:
        client, url = browser_of(story.helene), address("promise_new", "decision")

        answer = client.post(url, form_data(client, url, within_amount="2", target_value="90"))

        assert answer.status_code == 302, answer.context["form"].errors
        assert answer["Location"] == reverse("agreement_version", args=["next", 1]) + "#promise-decision"
        terms = draft.commitments.get(key="decision").terms
        assert (terms["within"], terms["target"]) == ("2 business days", ">= 90%")
        assert terms["title"]["fr"] == "Les ventes décident sur chaque lead qualifié"
        assert AuditEntry.objects.get(verb="commitment.added").object_id == "decision"
        told = [str(message) for message in get_messages(answer.wsgi_request)]
        assert told == [
            "“Sales decides on each qualified lead” is saved.",
            "It goes with “The data that marketing supplies is good”, which this agreement does not have.",
        ]

    def test_one_that_is_there_is_changed(
        self, draft: AgreementVersion, story: Story, browser_of: BrowserOf
    ) -> None:
        client, url = browser_of(story.max), address("promise_edit", "calls")

        answer = client.post(url, form_data(client, url, within_amount="3", title_en="Calls"))

        assert answer.status_code == 302, answer.context["form"].errors
        held = draft.commitments.get()
        assert (held.terms["within"], held.terms["title"]["en"]) == ("3 business hours", "Calls")

    def test_as_yaml_what_is_wrong_has_its_line(
        self, draft: AgreementVersion, story: Story, browser_of: BrowserOf
    ) -> None:
        client, url = browser_of(story.helene), address("promise_edit", "calls") + "?as=yaml"

        answer = client.post(
            url, form_data(client, url, yaml="start: {event: gone}\nstop: {event: call.made}")
        )

        assert answer.status_code == 422
        page = answer.content.decode()
        assert "line 1, start.event: unknown event kind" in page
        assert "line 1: within is missing" in page

    def test_a_field_that_is_wrong_is_named_and_nothing_is_saved(
        self, draft: AgreementVersion, story: Story, browser_of: BrowserOf
    ) -> None:
        client, url = browser_of(story.helene), address("promise_edit", "calls")

        answer = client.post(url, form_data(client, url, within_amount=""))

        page = answer.content.decode()
        assert answer.status_code == 422
        assert '<a href="#id_within">Allowed time</a>: This field is required.' in page
        assert draft.commitments.get().terms["within"] == "2 business hours"

    def test_before_saving_it_shows_warnings_deadlines_and_the_last_90_days(
        self, draft: AgreementVersion, story: Story, browser_of: BrowserOf
    ) -> None:
        story.day(1)
        client, url = browser_of(story.helene), address("promise_edit", "calls")

        data = form_data(client, url, target_op=">", target_value="100") | {"look": "1"}
        answer = client.post(url, data, headers={"HX-Request": "true"})

        page = " ".join(answer.content.decode().split())
        assert answer.status_code == 200
        assert "Your last 90 days would have given 0" in page
        assert "calls.target</code> &gt; 100% can never be kept" in page
        assert "On an ordinary morning: started on" in page
        assert "<html" not in page
        assert draft.commitments.get().terms == {
            **draft.commitments.get().terms,
            "within": "2 business hours",
        }
        assert "target" not in draft.commitments.get().terms

    def test_without_scripts_the_same_is_on_the_page(
        self, draft: AgreementVersion, story: Story, browser_of: BrowserOf
    ) -> None:
        client, url = browser_of(story.helene), address("promise_new", "bad-data")

        page = client.post(url, form_data(client, url) | {"look": "1"}).content.decode()

        assert "<html" in page
        assert "No fact of the last 90 days has to do with this promise." in page
        assert "(lead.rejected)" in page

    def test_one_is_taken_out_after_a_question(
        self, draft: AgreementVersion, story: Story, browser_of: BrowserOf
    ) -> None:
        client, url = browser_of(story.helene), address("promise_remove", "calls")

        assert "Take “Calls are answered” out of the draft?" in shown(client, url)
        assert draft.commitments.count() == 1
        assert client.post(url).status_code == 302
        assert draft.commitments.count() == 0

    def test_one_that_another_stands_beside_is_not_taken_out(
        self, story: Story, browser_of: BrowserOf
    ) -> None:
        other = "  - {key: other, owner: sales, kind: response, start: {event: lead.qualified}, stop: {event: call.made}, within: 1 day, beside: calls}\n"  # noqa: E501
        version = load(DRAFT + other, by="test", as_of=NOW).version
        client = browser_of(story.helene)

        page = client.post(address("promise_remove", "calls")).content.decode()

        assert "other names it as its opposite" in page
        assert version.commitments.count() == 2

    @pytest.mark.parametrize("entry", [entry.key for entry in entries()])
    def test_every_promise_of_the_catalogue_opens_in_french_and_looks_at_the_past(
        self, draft: AgreementVersion, story: Story, browser_of: BrowserOf, entry: str
    ) -> None:
        User.objects.filter(pk=story.helene.pk).update(language="fr")
        client, url = browser_of(story.helene), address("promise_new", entry)

        data = form_data(client, url) | {"look": "1"}
        answer = client.post(url, data, headers={"HX-Request": "true"})

        assert answer.status_code == 200
        assert answer.context["look"] is not None
        assert answer.context["look"].warnings == []
