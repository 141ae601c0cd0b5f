"""Whether individuals are named: by whom, since when, for how long, and who looked."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from core.models import AuditEntry
from people.enums import Role
from people.informing import UninformedError, change_rule, confirm_reading, read_at, seal_of, yet_to_read
from people.models import NameAccess, NamingPolicy, NoticeRead, Team, User
from people.naming import current_policy, months_before, note_access, noting_names, purge_accesses
from people.visibility import Sight
from tests.factories.agreements import AgreementFactory
from tests.factories.people import MembershipFactory, TeamFactory, UserFactory

NOW = datetime(2026, 4, 3, 16, tzinfo=UTC)
DAY = timedelta(days=1)
INFORMED = date(2026, 3, 1)

pytestmark = pytest.mark.django_db


def rule(**given) -> NamingPolicy:
    wanted = {
        "individuals": True,
        "notice": {"en": "Names are shown."},
        "consulted_on": None,
        "informed_on": INFORMED,
        "months_kept": 6,
        "by": UserFactory(is_superuser=True),
        "as_of": NOW,
    }
    return change_rule(**wanted | given)


@pytest.fixture
def teams() -> tuple[Team, Team, Team]:
    """Marketing and sales agreed with each other; service is no party."""
    marketing, sales, service = TeamFactory(), TeamFactory(), TeamFactory()
    AgreementFactory().parties.set([marketing, sales])
    return marketing, sales, service


def test_without_a_rule_partners_see_teams_and_nothing_is_too_old(teams):
    marketing, sales, _service = teams
    rep = MembershipFactory(team=marketing).user
    boss = MembershipFactory(team=sales, role=Role.MANAGER).user

    assert Sight(rep, as_of=NOW).sees_names_of(sales) is False
    assert Sight(boss, as_of=NOW).sees_names_of(sales, NOW - 3000 * DAY) is True


def test_the_teams_of_an_agreement_see_each_others_names_and_nobody_else_does(teams):
    marketing, sales, service = teams
    below = TeamFactory(parent=sales)
    rule()
    seen = {}
    for team in (marketing, sales, below, service):
        sight = Sight(MembershipFactory(team=team).user, as_of=NOW)
        seen[team] = [sight.sees_names_of(one) for one in (marketing, sales, below, service)]

    partners = [True, True, True, False]
    assert seen == {marketing: partners, sales: partners, below: partners, service: [False] * 4}


@pytest.mark.parametrize(
    ("at", "partner", "manager"),
    [
        (None, True, True),
        (datetime(2026, 3, 1, tzinfo=UTC), True, True),
        (datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC), False, True),  # before anybody was informed
        (datetime(2025, 10, 3, 16, tzinfo=UTC), False, True),  # six months ago to the second
        (datetime(2025, 10, 3, 15, 59, 59, tzinfo=UTC), False, False),
    ],
)
def test_names_are_seen_since_everybody_was_informed_and_for_a_time(teams, at, partner, manager):
    marketing, sales, _service = teams
    rule()
    rep = Sight(MembershipFactory(team=marketing).user, as_of=NOW)
    boss = Sight(MembershipFactory(team=sales, role=Role.MANAGER).user, as_of=NOW)
    admin = Sight(UserFactory(is_superuser=True), as_of=NOW)

    assert (rep.sees_names_of(sales, at), boss.sees_names_of(sales, at)) == (partner, manager)
    assert admin.sees_names_of(sales, at) is manager
    assert rep.sees_name_of(rep.user.pk, sales, at) is True


def test_a_rule_that_begins_tomorrow_names_nobody_today(teams):
    marketing, sales, _service = teams
    rule(informed_on=date(2026, 4, 4))
    rep = MembershipFactory(team=marketing).user

    assert Sight(rep, as_of=NOW).sees_names_of(sales) is False
    assert Sight(rep, as_of=NOW + DAY).sees_names_of(sales) is True


@pytest.mark.parametrize(
    ("lacking", "field"), [({"notice": {"en": "  "}}, "notice"), ({"informed_on": None}, "informed_on")]
)
def test_nobody_is_named_before_they_were_told(lacking, field):
    with pytest.raises(UninformedError) as refused:
        rule(**lacking)

    assert (refused.value.field, NamingPolicy.objects.count()) == (field, 0)


def test_the_database_refuses_names_without_a_notice():
    with pytest.raises(IntegrityError, match="naming_policy_only_after_informing"), transaction.atomic():
        NamingPolicy.objects.create(individuals=True, changed_at=NOW)


def test_a_changed_rule_leaves_a_trace_of_what_it_was():
    rule()
    rule(individuals=False, months_kept=3)

    entry = AuditEntry.objects.filter(verb="names.rule_changed").latest("id")
    assert (entry.before["individuals"], entry.after["individuals"]) == (True, False)
    assert (entry.before["months_kept"], entry.after["months_kept"]) == (6, 3)
    assert entry.before["informed_on"] == "2026-03-01"


def test_a_confirmation_holds_for_the_words_that_were_read():
    reader = UserFactory()
    first = seal_of(rule())

    assert confirm_reading(reader, seal=first, as_of=NOW) is True
    assert confirm_reading(reader, seal=first, as_of=NOW + DAY) is True  # twice does nothing
    assert (read_at(reader, current_policy()), NoticeRead.objects.count()) == (NOW, 1)

    rule(notice={"en": "Other words."})
    assert read_at(reader, current_policy()) is None
    assert confirm_reading(reader, seal=first, as_of=NOW) is False
    assert reader in yet_to_read(current_policy())


def test_a_look_is_one_line_a_day_page_and_team():
    reader, one, other = UserFactory(), TeamFactory(), TeamFactory()
    for _time in range(2):
        note_access(reader, page="exception", team_ids={one.pk, None}, as_of=NOW)
    note_access(reader, page="exception", team_ids={other.pk}, as_of=NOW)
    note_access(reader, page="exception", team_ids={one.pk}, as_of=NOW + DAY)
    note_access(reader, page="overview", team_ids=set(), as_of=NOW)

    rows = NameAccess.objects.order_by("day", "team").values_list("day", "page", "team", "times")
    today, tomorrow = NOW.date(), (NOW + DAY).date()
    assert list(rows) == [
        (today, "exception", one.pk, 2),
        (today, "exception", other.pk, 1),
        (today, "exception", None, 2),
        (tomorrow, "exception", one.pk, 1),
    ]


def test_what_is_collected_is_what_was_named_and_not_ones_own(teams):
    _marketing, sales, service = teams
    boss = MembershipFactory(team=sales, role=Role.MANAGER).user
    rep = MembershipFactory(team=sales).user
    with noting_names() as seen:
        sight = Sight(boss, as_of=NOW)
        sight.sees_name_of(boss.pk, sales)
        sight.sees_names_of(sales)
        sight.sees_name_of(rep.pk, service)
        nothing = set(seen)
        sight.sees_name_of(rep.pk, sales)

    assert (nothing, seen) == (set(), {sales.pk})


def test_looks_are_forgotten_with_the_names():
    reader = UserFactory()
    rule(months_kept=1)
    for days in (10, 40):
        note_access(reader, page="exception", team_ids={None}, as_of=NOW - days * DAY)

    assert purge_accesses(as_of=NOW) == 1
    assert [row.day for row in NameAccess.objects.all()] == [(NOW - 10 * DAY).date()]


@pytest.mark.parametrize(
    ("instant", "months", "earlier"),
    [
        ("2026-03-31", 1, "2026-02-28"),
        ("2024-03-31", 1, "2024-02-29"),
        ("2026-01-15", 1, "2025-12-15"),
        ("2026-05-31", 13, "2025-04-30"),
        ("2024-02-29", 12, "2023-02-28"),
        ("2026-12-31", 12, "2025-12-31"),
    ],
)
def test_months_before(instant, months, earlier):
    assert months_before(datetime.fromisoformat(instant), months) == datetime.fromisoformat(earlier)


def test_an_auditor_has_every_right_to_look_and_none_to_change():
    auditor = UserFactory(is_auditor=True)

    looks = ("people.view_user", "core.view_auditentry", "people.see_names")
    changes = (
        "people.change_user",
        "leads.add_figure",
        "core.delete_auditentry",
        "agreements.change_agreement",
    )
    assert [auditor.has_perm(perm) for perm in looks] == [True, True, True]
    assert [auditor.has_perm(perm) for perm in changes] == [False] * 4
    assert auditor.has_module_perms("people") is True


def test_an_auditor_who_is_no_longer_active_sees_nothing():
    auditor = UserFactory(is_auditor=True, is_active=False)

    assert (auditor.has_perm("people.view_user"), auditor.has_module_perms("people")) == (False, False)


def test_nobody_is_auditor_and_administrator():
    with pytest.raises(IntegrityError, match="user_auditor_is_no_administrator"), transaction.atomic():
        User.objects.create(email="both@example.com", is_auditor=True, is_superuser=True)
