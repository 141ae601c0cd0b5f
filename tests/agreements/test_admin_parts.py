"""Commitments and calendars in the admin site: forms for drafts, pages for what is signed."""

from datetime import UTC, datetime

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from agreements.catalogue import entries
from agreements.document import read_yaml
from agreements.dumping import dump
from agreements.enums import Kind
from agreements.examples import CALENDAR, TERMS
from agreements.forms import read_terms_of
from agreements.models import BusinessCalendar, CalendarUse, CalendarVersion, Commitment
from agreements.signing import sign
from core.models import AuditEntry
from people.models import Team
from tests.factories.agreements import CHAT, SIMPLE, AgreementVersionFactory, drafted, signed

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def address(model, action, *args):
    return reverse(f"admin:agreements_{model}_{action}", args=args)


def told(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def of_a_commitment(version, **given):
    return {
        "version": version.pk,
        "key": "answered",
        "title_en": "Answered",
        "title_fr": "Répondu",
        "owner": Team.objects.get(slug="sales").pk,
        "kind": "response",
        "calendar_key": "",
        "yaml": TERMS[Kind.RESPONSE],
        **given,
    }


class TestCommitments:
    def test_one_is_added_to_a_draft_with_three_worked_deadlines_told(self, desk, boss):
        version = drafted()

        answer = desk.post(address("commitment", "add"), of_a_commitment(version))

        added = Commitment.objects.get(key="answered")
        assert (added.position, added.calendar.calendar.key) == (1, "london")
        assert added.terms["title"] == {"en": "Answered", "fr": "Répondu"}
        assert added.terms["within"] == "2 business hours"
        deadlines = [text for text in told(answer) if "due on" in text]
        assert len(deadlines) == 3
        assert AuditEntry.objects.get(verb="commitment.added").actor == boss

    def test_what_is_wrong_in_its_terms_is_told_with_the_lines_of_the_text(self, desk):
        text = "start: {event: request.recieved}\nstop: {event: call.made}\nwithin: soon\nowner: sales\n"

        page = desk.post(address("commitment", "add"), of_a_commitment(drafted(), yaml=text))

        assert page.context["adminform"].form.errors["yaml"] == [
            (
                'line 1, start.event: unknown event kind "request.recieved"; did you mean request.received? '
                "(kinds of your own are added in the admin)"
            ),
            'line 3, within: "soon" is not a duration; write for example "2 business hours"',
            "line 4, owner: has a field of its own above; take it out here",
        ]

    @pytest.mark.parametrize("text", ["", "- 1", "just words", "a: [", "\x00"])
    def test_what_is_no_mapping_is_refused(self, desk, text):
        page = desk.post(address("commitment", "add"), of_a_commitment(drafted(), yaml=text))

        assert page.context["adminform"].form.errors["yaml"]

    @pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.key)
    def test_a_promise_of_the_catalogue_is_picked_and_saved_as_it_is(self, desk, entry):
        version = drafted()
        form = desk.get(address("commitment", "add") + f"?entry={entry.key}").context["adminform"].form
        data = {name: form[name].value() for name in form.fields}
        data |= {"version": version.pk, "calendar_key": "", "owner": version.commitments.get().owner_id}

        answer = desk.post(address("commitment", "add"), data)

        assert answer.status_code == 302, answer.context["adminform"].form.errors
        terms = version.commitments.get(key=entry.key).terms
        assert terms | {"baseline": None} == entry.terms | {"baseline": None}

    def test_a_draft_leads_to_the_form_that_fits_its_kind(self, desk):
        page = desk.get(address("commitment", "change", drafted().commitments.get().pk)).content.decode()

        assert 'href="/agreements/smarketing/1/promises/inbound/edit/"' in page

    def test_a_key_of_another_agreement_is_refused(self, desk):
        signed()
        version = AgreementVersionFactory()

        page = desk.post(address("commitment", "add"), of_a_commitment(version, key="inbound"))

        assert page.context["adminform"].form.errors["key"] == [
            "inbound is a commitment of the agreement smarketing; use another key."
        ]

    def test_a_key_is_there_once_in_a_version(self, desk):
        page = desk.post(address("commitment", "add"), of_a_commitment(drafted(), key="inbound"))

        assert page.status_code == 200
        assert page.context["adminform"].form.errors

    def test_changing_one_takes_signatures_back(self, desk):
        version = drafted()
        sign(version, party=Team.objects.get(slug="sales"), by="Ada", as_of=NOW)
        commitment = version.commitments.get()
        given = of_a_commitment(version, key="inbound", title_fr="")

        desk.post(address("commitment", "change", commitment.pk), given)

        commitment.refresh_from_db()
        assert commitment.terms["title"] == "Answered"
        assert not version.signatures.exists()

    def test_the_page_shows_deadlines_in_the_calendars_zone_and_what_strikes(self, desk):
        version = drafted(SIMPLE.replace("within: 4", "target: '> 100%', within: 4"))
        page = desk.get(address("commitment", "change", version.commitments.get().pk)).content.decode()

        assert page.count("due on") == 3
        assert "&gt; 100% can never be kept" in page

    def test_a_kind_without_deadlines_says_so(self, desk):
        version = drafted(SIMPLE + CHAT)
        page = desk.get(
            address("commitment", "change", version.commitments.get(key="chat").pk)
        ).content.decode()

        assert "none: this kind counts by period" in page

    def test_a_start_that_does_not_count_has_no_deadline(self, desk):
        version = drafted(
            SIMPLE.replace("within: 4 business hours", "within: 2 minutes, outside_hours: ignore")
        )
        page = desk.get(address("commitment", "change", version.commitments.get().pk)).content.decode()

        assert page.count("due on") == 2
        assert "At night: a start on" in page

    def test_an_empty_calendar_is_told_instead_of_deadlines(self, desk):
        week = SIMPLE[SIMPLE.index("    week:") : SIMPLE.index("commitments:")]
        version = drafted(SIMPLE.replace(week, "    week: {}\n"))
        page = desk.get(address("commitment", "change", version.commitments.get().pk)).content.decode()

        assert "The calendar never opens" in page

    def test_a_calendar_of_the_company_is_added_to_the_agreement_when_named(self, desk):
        signed()
        version = AgreementVersionFactory()

        desk.post(address("commitment", "add"), of_a_commitment(version, calendar_key="london"))

        added = Commitment.objects.get(key="answered")
        assert added.terms["calendar"] == "london"
        assert [use.calendar for use in CalendarUse.objects.filter(version=version)] == [added.calendar]
        assert read_yaml(dump(version)).data["calendars"]["london"]["timezone"] == "Europe/London"

    def test_one_of_a_draft_is_deleted_with_a_trace(self, desk):
        commitment = drafted().commitments.get()

        desk.post(address("commitment", "delete", commitment.pk), {"post": "yes"})

        assert not Commitment.objects.exists()
        assert AuditEntry.objects.get(verb="commitment.removed").before["within"] == "4 business hours"

    def test_one_of_a_signed_version_is_shown_and_neither_changed_nor_deleted(self, desk):
        version = signed()
        commitment = version.commitments.get()
        page = desk.get(address("commitment", "change", commitment.pk)).content.decode()

        assert "<textarea" not in page
        assert "within: 4 business hours" in page
        given = of_a_commitment(version)
        assert desk.post(address("commitment", "change", commitment.pk), given).status_code == 403
        assert desk.post(address("commitment", "delete", commitment.pk), {"post": "yes"}).status_code == 403

    def test_without_a_draft_the_page_says_where_one_comes_from(self, desk):
        signed()
        page = desk.get(address("commitment", "add")).content.decode()

        assert "Only drafts change. None here? Start a new version of an agreement first." in page

    def test_an_example_of_each_kind_is_at_hand(self, desk):
        page = desk.get(address("commitment", "add")).content.decode()

        assert page.count("<details>") == len(Kind) + 1  # and the catalogue


class TestCalendars:
    def test_one_is_added_as_yaml_with_its_holidays_expanded(self, desk):
        desk.post(address("calendarversion", "add"), {"key": "paris", "yaml": CALENDAR})

        calendar = CalendarVersion.objects.get()
        assert (calendar.calendar.key, calendar.number, calendar.timezone) == ("paris", 1, "Europe/Paris")
        assert len(calendar.holiday_dates) >= 11 * 7

    def test_it_needs_a_key(self, desk):
        page = desk.post(address("calendarversion", "add"), {"key": "", "yaml": CALENDAR})

        assert page.context["adminform"].form.errors["key"] == ["Give it a key: letters, digits, - and _."]
        assert not BusinessCalendar.objects.exists()

    def test_what_is_wrong_is_told_with_its_lines(self, desk):
        text = CALENDAR.replace("Europe/Paris", "Europe/Pari").replace("17:00", "29:00")

        page = desk.post(address("calendarversion", "add"), {"key": "paris", "yaml": text})

        assert [line.split(":")[0] for line in page.context["adminform"].form.errors["yaml"]] == [
            "line 1, timezone",
            "line 7, week.fri[1]",
        ]

    def test_changing_one_moves_the_drafts_that_use_it(self, desk):
        version = drafted()
        calendar = version.calendar_uses.get().calendar
        text = "timezone: Asia/Tokyo\nweek: {mon: ['09:00-17:00']}\n"

        desk.post(address("calendarversion", "change", calendar.pk), {"yaml": text})

        version.refresh_from_db()
        assert version.starts_at == datetime(2025, 12, 31, 15, tzinfo=UTC)
        assert AuditEntry.objects.get(verb="calendar.changed").before["timezone"] == "Europe/London"

    def test_one_that_a_signed_version_uses_is_shown_with_its_holidays_and_not_changed(self, desk):
        version = signed(
            SIMPLE.replace("    week:", "    holidays: {country: GB, subdivision: ENG}\n    week:")
        )
        calendar = version.calendar_uses.get().calendar
        page = desk.get(address("calendarversion", "change", calendar.pk)).content.decode()

        assert "3 April 2026: Good Friday" in page
        assert "<textarea" not in page
        refused = desk.post(address("calendarversion", "change", calendar.pk), {"yaml": CALENDAR})
        assert refused.status_code == 403
        assert (
            desk.post(address("calendarversion", "delete", calendar.pk), {"post": "yes"}).status_code == 403
        )

    def test_dates_are_written_as_the_reader_writes_them(self, desk, boss):
        boss.language = "fr"
        boss.save()
        calendar = (
            signed(SIMPLE.replace("    week:", "    holidays: {country: GB, subdivision: ENG}\n    week:"))
            .calendar_uses.get()
            .calendar
        )

        page = desk.get(address("calendarversion", "change", calendar.pk)).content.decode()

        assert "3 avril 2026" in page


@pytest.mark.parametrize("kind", Kind)
def test_the_examples_of_every_kind_are_valid(kind, db):
    assert read_terms_of(kind, TERMS[kind])
