"""People, with only what the database needs."""

from datetime import UTC, datetime

import factory
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from people.enums import MembershipOrigin, Role, Scope
from people.models import Absence, ApiToken, Invitation, Membership, Team, User, WorkingHours

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.com")


class TeamFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Team

    slug = factory.Sequence(lambda n: f"team-{n}")
    name = factory.Sequence(lambda n: f"Team {n}")


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    team = factory.SubFactory(TeamFactory)
    role = Role.REP
    during = DateTimeTZRange(LONG_AGO, None)
    origin = MembershipOrigin.HAND


class AbsenceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Absence

    user = factory.SubFactory(UserFactory)
    during = DateTimeTZRange(LONG_AGO, datetime(2020, 1, 8, tzinfo=UTC))
    created_at = LONG_AGO


class WorkingHoursFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = WorkingHours

    user = factory.SubFactory(UserFactory)
    week = factory.LazyFunction(lambda: {"mon": ["09:00-17:00"]})
    changed_at = LONG_AGO


class ApiTokenFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ApiToken

    name = "test"
    prefix = factory.Sequence(lambda n: f"{n:012d}")
    sha256 = "0" * 64
    scopes = factory.LazyFunction(lambda: [Scope.READ.value])
    created_at = LONG_AGO


class InvitationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Invitation

    user = factory.SubFactory(UserFactory)
    sha256 = factory.Sequence(lambda n: f"{n:064d}")
    created_at = LONG_AGO
    expires_at = LONG_AGO
