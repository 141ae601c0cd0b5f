"""What is signed never changes: the database refuses it, as it refuses what breaks a rule."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from agreements.models import AgreementVersion, CalendarUse, CalendarVersion, Commitment, Signature
from people.models import Team
from tests.factories.agreements import (
    SIMPLE,
    AgreementVersionFactory,
    CalendarUseFactory,
    CalendarVersionFactory,
    CommitmentFactory,
    SignatureFactory,
    drafted,
    signed,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def refused(act):
    with pytest.raises(IntegrityError, match="is signed and never changes"), transaction.atomic():
        act()


def test_a_signed_version_is_neither_changed_nor_deleted():
    version = signed()

    refused(lambda: AgreementVersion.objects.filter(pk=version.pk).update(title="Other"))
    refused(lambda: AgreementVersion.objects.filter(pk=version.pk).update(state="draft", signed_at=None))
    refused(lambda: AgreementVersion.objects.filter(pk=version.pk)._raw_delete("default"))


def test_its_commitments_are_neither_changed_nor_deleted_nor_added_to():
    version = signed()

    refused(lambda: Commitment.objects.update(terms={}))
    refused(lambda: Commitment.objects.all().delete())
    refused(lambda: CommitmentFactory(version=version))


def test_a_draft_gives_no_commitment_to_a_signed_version():
    version, commitment = signed(), CommitmentFactory()

    refused(lambda: Commitment.objects.filter(pk=commitment.pk).update(version=version))


def test_the_calendar_that_it_uses_is_neither_changed_nor_deleted():
    version = signed()

    refused(lambda: CalendarVersion.objects.update(holiday_dates={"2026-05-01": "May Day"}))
    refused(lambda: CalendarUse.objects.all().delete())
    refused(lambda: CalendarUseFactory(version=version, position=1))


def test_its_signatures_are_neither_changed_nor_deleted_nor_added_to():
    version = signed()

    refused(lambda: Signature.objects.update(signed_as="Somebody else"))
    refused(lambda: Signature.objects.all().delete())
    refused(lambda: SignatureFactory(version=version))


def test_a_draft_changes_freely():
    drafted()

    AgreementVersion.objects.update(title="Other")
    Commitment.objects.update(terms={})
    CalendarVersion.objects.update(holiday_dates={})
    Commitment.objects.all().delete()
    CalendarUse.objects.all().delete()
    AgreementVersion.objects.all().delete()


def test_a_calendar_that_only_a_draft_uses_changes_beside_a_signed_one():
    signed()
    other = CalendarVersionFactory()
    CalendarUseFactory(calendar=other)

    assert CalendarVersion.objects.filter(pk=other.pk).update(timezone="Europe/Paris") == 1


def violates(name, act):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        act()


def test_an_agreement_has_one_draft_at_most():
    version = drafted()

    violates(
        "agreement_has_one_draft_at_most",
        lambda: AgreementVersionFactory(agreement=version.agreement, number=2),
    )


def test_two_signed_versions_do_not_start_at_one_instant():
    version = signed()

    violates(
        "agreement_signed_versions_start_apart",
        lambda: AgreementVersionFactory(
            agreement=version.agreement, number=2, state="signed", signed_at=NOW, starts_at=version.starts_at
        ),
    )


def test_a_version_has_its_instant_of_signing_exactly_when_signed():
    violates(
        "agreement_version_signed_at_exactly_when_signed", lambda: AgreementVersionFactory(state="signed")
    )
    violates(
        "agreement_version_signed_at_exactly_when_signed", lambda: AgreementVersionFactory(signed_at=NOW)
    )


def test_numbers_keys_positions_and_signatures_are_given_once():
    version, use = AgreementVersionFactory(), CalendarUseFactory()
    commitment, signature = CommitmentFactory(version=version), SignatureFactory(version=version)
    calendar = use.calendar

    violates(
        "agreement_version_number_once",
        lambda: AgreementVersionFactory(
            agreement=version.agreement,
            number=version.number,
            state="signed",
            signed_at=NOW,
            effective_from=date(2021, 1, 1),
        ),
    )
    violates(
        "commitment_key_once_per_version", lambda: CommitmentFactory(version=version, key=commitment.key)
    )
    violates("signature_once_per_party", lambda: SignatureFactory(version=version, party=signature.party))
    violates("calendar_use_position_once", lambda: CalendarUseFactory(version=use.version, position=0))
    violates(
        "calendar_use_once_per_version",
        lambda: CalendarUseFactory(version=use.version, position=1, calendar=calendar),
    )
    violates(
        "calendar_version_number_once",
        lambda: CalendarVersionFactory(calendar=calendar.calendar, number=calendar.number),
    )


def test_the_years_of_a_calendar_are_in_order():
    violates(
        "calendar_version_years_in_order", lambda: CalendarVersionFactory(first_year=2026, last_year=2025)
    )


def test_teams_of_a_signed_agreement_cannot_be_deleted():
    signed(SIMPLE)

    with pytest.raises(Exception, match="protected"):
        Team.objects.get(slug="sales").delete()
