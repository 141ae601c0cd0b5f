"""The promises by which the engine judges, and the versions in force."""

from datetime import UTC, datetime, timedelta

import pytest

from agreements.business_time import ALWAYS_OPEN
from agreements.enums import Kind
from agreements.models import AgreementVersion, Commitment
from agreements.promises import in_force_history
from people.models import Team
from tests.factories.agreements import CHAT, SIMPLE, drafted, signed

pytestmark = pytest.mark.django_db

FIRST, SECOND = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 5, 31, 23, tzinfo=UTC)
AMENDED = SIMPLE.replace("4 business hours", "2 business hours").replace("2026-01-01", "2026-06-01")


def test_a_signed_commitment_is_a_promise_with_its_terms_schedule_and_zone():
    signed()

    (promise,) = in_force_history()

    assert (promise.key, promise.version_number, promise.agreement_key) == ("inbound", 1, "smarketing")
    assert (promise.kind, promise.timezone) == (Kind.RESPONSE, "Europe/London")
    assert (promise.starts_at, promise.ends_at) == (FIRST, None)
    assert str(promise.terms.within) == "4 business hours"
    assert promise.schedule.is_open(datetime(2026, 1, 5, 10, tzinfo=UTC))
    assert promise.commitment_id == Commitment.objects.get().pk
    assert promise.team_id == Team.objects.get(slug="sales").pk


def test_a_draft_is_no_promise():
    drafted()

    assert in_force_history() == []


def test_a_version_is_in_force_until_the_next_signed_one_starts():
    signed()
    signed(AMENDED)
    drafted(AMENDED.replace("2026-06-01", "2026-09-01").replace("2 business", "1 business"))

    assert [(p.version_number, p.starts_at, p.ends_at) for p in in_force_history()] == [
        (1, FIRST, SECOND),
        (2, SECOND, None),
    ]


def test_a_commitment_that_is_no_longer_there_ends_with_its_version():
    signed()
    signed(AMENDED.replace("key: inbound", "key: answered"))

    assert [(p.key, p.ends_at) for p in in_force_history()] == [("answered", None), ("inbound", SECOND)]


def test_without_calendars_business_time_is_all_the_time():
    calendars = SIMPLE[SIMPLE.index("calendars:") : SIMPLE.index("commitments:")]
    signed(SIMPLE.replace(calendars, ""))

    (promise,) = in_force_history()

    assert (promise.schedule, promise.timezone) == (ALWAYS_OPEN, "UTC")


def test_promises_take_one_statement_whatever_their_number(django_assert_num_queries):
    signed()
    with django_assert_num_queries(1):
        in_force_history()
    signed(AMENDED)
    with django_assert_num_queries(1):
        in_force_history()


@pytest.mark.parametrize(
    ("instant", "numbers"),
    [
        (FIRST - timedelta(seconds=1), []),
        (FIRST, [1]),
        (SECOND - timedelta(seconds=1), [1]),
        (SECOND, [2]),
        (SECOND + timedelta(days=4000), [2]),
    ],
)
def test_in_force_is_the_signed_version_whose_half_open_period_has_the_instant(instant, numbers):
    signed()
    signed(AMENDED)

    assert [v.number for v in AgreementVersion.objects.in_force(instant)] == numbers


def test_the_newest_version_is_there_once_an_agreement():
    signed()
    drafted(AMENDED)

    assert [v.number for v in AgreementVersion.objects.newest()] == [2]


def test_measured_commitments_are_the_signed_ones_of_every_kind():
    signed(SIMPLE + CHAT)
    drafted(SIMPLE.replace("key: inbound", "key: later").replace("agreement: smarketing", "agreement: other"))

    assert sorted(c.key for c in Commitment.objects.measured()) == ["chat", "inbound"]
