"""Signing: both parties, once each; the last signature freezes and binds."""

from datetime import UTC, datetime

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from agreements.enums import VersionState
from agreements.models import CalendarVersion
from agreements.signing import SigningError, content_sha256, parties_left, sign
from core.enums import MarkKind
from core.models import ChangeMark
from people.enums import Role
from people.models import Membership, Team
from tests.factories.agreements import SIMPLE, drafted, in_review, signed
from tests.factories.people import MembershipFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
WITH_HOLIDAYS = SIMPLE.replace("    week:", "    holidays: {country: GB, subdivision: ENG}\n    week:")


def team(slug):
    return Team.objects.get(slug=slug)


def manager_of(slug, name):
    person = UserFactory(name=name)
    during = DateTimeTZRange(datetime(2020, 1, 1, tzinfo=UTC), None)
    MembershipFactory(user=person, team=team(slug), role=Role.MANAGER, during=during)
    return person


def test_the_first_signature_leaves_it_open_the_last_one_binds_it():
    version = in_review()
    ada, bob = manager_of("marketing", "Ada"), manager_of("sales", "Bob")

    sign(version, party=team("marketing"), by=ada, as_of=NOW, address="10.0.0.1")
    assert (version.state, parties_left(version)) == (VersionState.REVIEW, [team("sales")])
    assert not ChangeMark.objects.exists()

    sign(version, party=team("sales"), by=bob, as_of=NOW)
    assert (version.state, version.signed_at, parties_left(version)) == (VersionState.SIGNED, NOW, [])
    assert [(m.kind, m.ref_id) for m in ChangeMark.objects.all()] == [(MarkKind.DEFINITION, version.pk)]
    first = version.signatures.get(party__slug="marketing")
    assert (first.user, first.signed_as, first.address, first.in_stead) == (ada, "Ada", "10.0.0.1", False)
    assert {signature.sha256 for signature in version.signatures.all()} == {version.sha256}


def test_a_manager_of_a_team_above_signs_for_it():
    version = in_review()
    top = TeamFactory(name="Revenue", slug="revenue")
    Team.objects.filter(slug="sales").update(parent=top)
    boss = manager_of("revenue", "Eve")

    assert sign(version, party=team("sales"), by=boss, as_of=NOW).in_stead is False


@pytest.mark.parametrize("who", ["a rep", "a manager of another team", "a former manager"])
def test_nobody_but_a_manager_signs(who):
    version = in_review()
    person = manager_of("marketing" if "another" in who else "sales", "Ada")
    roles = {"a rep": {"role": Role.REP}, "a former manager": {"during": DateTimeTZRange(None, NOW)}}
    Membership.objects.filter(user=person).update(**roles.get(who, {"role": Role.MANAGER}))

    with pytest.raises(SigningError, match="Only a manager of Sales"):
        sign(version, party=team("sales"), by=person, as_of=NOW)


def test_an_administrator_signs_in_their_stead():
    signature = sign(in_review(), party=team("sales"), by=UserFactory(is_superuser=True), as_of=NOW)

    assert signature.in_stead is True


def test_people_sign_what_is_in_review_and_no_draft():
    with pytest.raises(SigningError, match="is a draft: send it to review first"):
        sign(drafted(), party=team("sales"), by=UserFactory(is_superuser=True), as_of=NOW)


def test_a_later_version_in_the_past_is_signed_by_the_operator_only():
    signed()
    later = in_review(SIMPLE.replace("2026-01-01", "2026-02-01"))

    with pytest.raises(SigningError, match="would start on 2026-02-01, which is past"):
        sign(later, party=team("sales"), by=UserFactory(is_superuser=True), as_of=NOW)
    assert sign(later, party=team("sales"), by="operator", as_of=NOW).in_stead is True


def test_a_first_version_may_begin_in_the_past():
    boss = UserFactory(is_superuser=True)

    assert sign(in_review(), party=team("sales"), by=boss, as_of=NOW)


def test_words_that_changed_behind_a_signature_are_not_signed():
    version = in_review()
    sign(version, party=team("sales"), by="operator", as_of=NOW)
    version.commitments.update(terms={"within": "1 hour"})

    with pytest.raises(SigningError, match="has changed since it was read"):
        sign(version, party=team("marketing"), by="operator", as_of=NOW)


def test_a_party_signs_once():
    version = drafted()
    sign(version, party=team("sales"), by="Ada", as_of=NOW)

    with pytest.raises(SigningError, match="Sales has signed smarketing v1 already"):
        sign(version, party=team("sales"), by="Ada", as_of=NOW)


def test_a_signed_version_is_not_signed_again():
    with pytest.raises(SigningError, match="smarketing v1 is signed already"):
        sign(signed(), party=team("sales"), by="Ada", as_of=NOW)


def test_only_parties_sign():
    with pytest.raises(SigningError, match="Support is not a party"):
        sign(drafted(), party=TeamFactory(name="Support"), by="Ada", as_of=NOW)


def test_a_version_that_starts_no_later_than_the_signed_one_is_not_signed():
    signed()
    later = drafted(SIMPLE.replace("2026-01-01", "2026-06-01"))
    type(later).objects.filter(pk=later.pk).update(effective_from="2026-01-01")

    with pytest.raises(SigningError, match="must start after smarketing v1, which starts on 2026-01-01"):
        sign(later, party=team("sales"), by="Ada", as_of=NOW)


def test_the_seal_is_of_everything_it_says_and_can_be_checked():
    version = signed(WITH_HOLIDAYS)

    assert version.sha256 == content_sha256(version)


def test_the_seal_changes_with_the_words_and_with_the_holidays():
    version = drafted(WITH_HOLIDAYS)
    before = content_sha256(version)
    version.commitments.update(position=7)
    assert content_sha256(version) == before

    CalendarVersion.objects.update(holiday_dates={"2026-05-01": "May Day"})
    other = content_sha256(version)
    version.commitments.update(terms={"within": "1 hour"})

    assert len({before, other, content_sha256(version)}) == 3


def test_the_first_signature_freezes_the_holidays_up_to_five_years_from_then():
    version = drafted(WITH_HOLIDAYS, as_of=datetime(2026, 3, 1, tzinfo=UTC))
    before = version.calendar_uses.get().calendar
    assert (before.first_year, before.last_year) == (2025, 2031)

    for slug, day in (
        ("marketing", datetime(2028, 3, 1, tzinfo=UTC)),
        ("sales", datetime(2029, 1, 1, tzinfo=UTC)),
    ):
        sign(version, party=team(slug), by="Ada", as_of=day)

    after = version.calendar_uses.get().calendar
    assert (after.number, after.first_year, after.last_year) == (2, 2025, 2033)
    assert version.commitments.get().calendar == after
    assert after.holiday_dates["2033-12-26"]
    assert version.sha256 == content_sha256(version)
