"""load: created, amended, left alone, refused; drafts and signed versions."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from agreements.composition import compose
from agreements.document import DocumentError, read_yaml
from agreements.dumping import dump
from agreements.enums import VersionState
from agreements.loading import load
from agreements.models import Agreement, AgreementVersion, CalendarVersion, Commitment
from core.enums import MarkKind
from core.models import AuditEntry, ChangeMark
from people.models import Team
from tests.factories.agreements import SIMPLE, drafted, signed

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def amended(text=SIMPLE, *, old="", new="", start="2026-06-01"):
    assert old in text
    return text.replace(old, new, 1).replace("2026-01-01", start)


def refusal(text) -> tuple[str, ...]:
    with pytest.raises(DocumentError) as refused:
        load(text, by="test", as_of=NOW)
    return refused.value.lines


def test_a_new_agreement_becomes_a_draft_and_its_teams_are_made():
    loaded = load(SIMPLE, by="test", as_of=NOW)

    assert loaded.changed
    assert loaded.difference == ["new agreement: 1 commitment, 1 calendar"]
    assert (loaded.version.number, loaded.version.state) == (1, VersionState.DRAFT)
    assert loaded.version.starts_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert set(Team.objects.values_list("slug", flat=True)) == {"marketing", "sales"}
    assert [team.slug for team in loaded.version.agreement.parties.all()] == ["marketing", "sales"]
    commitment = Commitment.objects.get()
    assert (commitment.key, commitment.owner.slug, commitment.calendar.calendar.key) == (
        "inbound",
        "sales",
        "london",
    )


def test_it_starts_at_midnight_in_the_zone_of_its_first_calendar():
    version = drafted(SIMPLE.replace("Europe/London", "Asia/Tokyo"))

    assert version.starts_at == datetime(2025, 12, 31, 15, tzinfo=UTC)


def test_without_calendars_it_starts_at_midnight_utc():
    text = SIMPLE.replace(SIMPLE[SIMPLE.index("calendars:") : SIMPLE.index("commitments:")], "")

    assert drafted(text).starts_at == datetime(2026, 1, 1, tzinfo=UTC)


def test_the_same_document_again_does_nothing():
    load(SIMPLE, by="test", as_of=NOW)

    again = load(SIMPLE, by="test", as_of=datetime(2029, 1, 1, tzinfo=UTC))

    assert (again.changed, again.difference) == (False, [])
    assert AgreementVersion.objects.count() == CalendarVersion.objects.count() == 1
    assert AuditEntry.objects.filter(verb__startswith="agreement.").count() == 1


def test_the_same_signed_document_again_does_nothing_also_beside_a_newer_draft():
    signed()
    drafted(amended(old="4 business hours", new="2 business hours"))

    again = load(SIMPLE, by="test", as_of=NOW, sign=True)

    assert (again.changed, again.version.number) == (False, 1)
    assert AgreementVersion.objects.drafts().count() == 1


def test_signing_a_draft_that_says_the_same_binds_it():
    drafted()

    loaded = load(SIMPLE, by="test", as_of=NOW, sign=True)

    assert loaded.changed is False
    assert loaded.version.state == VersionState.SIGNED


def test_signing_seals_the_content_marks_the_definition_and_leaves_a_trace():
    version = load(SIMPLE, by="Ada", as_of=NOW, sign=True).version

    assert len(version.sha256) == 64
    assert version.signed_at == NOW
    assert {s.party.slug: s.signed_as for s in version.signatures.all()} == {
        "marketing": "Ada",
        "sales": "Ada",
    }
    assert [(m.kind, m.ref_id) for m in ChangeMark.objects.all()] == [(MarkKind.DEFINITION, version.pk)]
    assert set(AuditEntry.objects.values_list("verb", flat=True)) >= {"agreement.created", "agreement.signed"}


def test_an_amendment_of_a_signed_version_becomes_the_next_draft_and_is_told_in_words():
    signed()

    loaded = load(amended(old="4 business hours", new="2 business hours"), by="test", as_of=NOW)

    assert (loaded.version.number, loaded.version.state) == (2, VersionState.DRAFT)
    assert loaded.difference == [
        "effective_from: 2026-01-01 → 2026-06-01",
        "commitment inbound: within: 4 business hours → 2 business hours",
    ]


def test_an_amendment_of_a_draft_replaces_it_and_takes_its_signatures_back():
    version = drafted()
    version.signatures.create(party=Team.objects.get(slug="sales"), signed_as="Ada", at=NOW)

    loaded = load(SIMPLE.replace("4 business hours", "1 hour"), by="test", as_of=NOW)

    assert (loaded.version.pk, loaded.version.number) == (version.pk, 1)
    assert loaded.version.signatures.count() == 0
    assert Commitment.objects.get().terms["within"] == "1 hour"


def test_an_amendment_that_starts_no_later_is_refused_at_its_line():
    signed()

    lines = refusal(SIMPLE.replace("4 business hours", "1 hour"))

    line = (
        "line 5, effective_from: 2026-01-01 is not after 2026-01-01, when the signed version 1 starts; "
        "an amendment takes effect on a later date"
    )
    assert lines == (line,)


def test_a_commitments_key_of_another_agreement_is_refused_by_name():
    drafted()

    lines = refusal(SIMPLE.replace("agreement: smarketing", "agreement: other"))

    assert lines == (
        'line 11, commitments[0].key: "inbound" is a commitment of the agreement smarketing; use another key',
    )
    assert Agreement.objects.count() == 1


def test_a_refused_document_stores_nothing():
    refusal(SIMPLE.replace("4 business hours", "4 busines hours"))

    assert not Agreement.objects.exists()
    assert not Team.objects.exists()


def test_a_dry_run_tells_and_stores_nothing():
    loaded = load(SIMPLE, by="test", as_of=NOW, sign=True, dry_run=True)

    assert loaded.difference == ["new agreement: 1 commitment, 1 calendar"]
    assert not Agreement.objects.exists()
    assert not ChangeMark.objects.exists()


def test_an_unknown_event_kind_is_refused_with_its_near_match():
    line = (
        'line 11, commitments[0].start.event: unknown event kind "request.recieved"; '
        "did you mean request.received? (kinds of your own are added in the admin)"
    )
    assert refusal(SIMPLE.replace("request.received", "request.recieved")) == (line,)


def test_a_kind_that_the_company_added_is_known():
    from leads.models import EventKind

    EventKind.objects.create(name="demo.requested", subject="contact")

    assert drafted(SIMPLE.replace("request.received", "demo.requested")).commitments.count() == 1


@pytest.mark.parametrize("name", ["smarketing.yaml", "olist/agreement.yaml"])
def test_the_examples_come_back_as_they_were_written(name):
    text = (EXAMPLES / name).read_text()

    version = load(text, by="test", as_of=NOW, sign=True).version

    assert read_yaml(dump(version)).data == read_yaml(text).data
    assert load(dump(version), by="test", as_of=NOW).changed is False


def test_the_composition_keeps_the_order_of_calendars():
    text = SIMPLE.replace("calendars:\n", "calendars:\n  zulu: {timezone: UTC, week: {}}\n")

    assert list(compose(drafted(text))["calendars"]) == ["zulu", "london"]


def test_the_order_of_calendars_is_a_change_because_the_first_is_the_default():
    zulu, london = (
        "  zulu: {timezone: UTC, week: {}}\n",
        SIMPLE[SIMPLE.index("  london") : SIMPLE.index("commitments:")],
    )
    drafted(SIMPLE.replace(london, london + zulu))

    loaded = load(SIMPLE.replace(london, zulu + london), by="test", as_of=NOW)

    assert loaded.difference == ["the first calendar, which is the default: london → zulu"]
    assert Commitment.objects.get().calendar.calendar.key == "zulu"


def test_a_truth_value_that_becomes_a_number_is_a_change():
    drafted(SIMPLE.replace("within: 4", "where: {account.named: true}, within: 4"))

    loaded = load(SIMPLE.replace("within: 4", "where: {account.named: 1}, within: 4"), by="test", as_of=NOW)

    assert loaded.difference == ["commitment inbound: where.account.named: true → 1"]
