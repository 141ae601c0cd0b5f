"""The demo company's people as users who can sign in, its teams, and who manages them."""

from datetime import datetime

from django.contrib.auth.hashers import make_password

from demo.cast import ADMINISTRATOR, CAST, LOGINS, PASSWORD, TEAMS, ZONES, Person
from people.enums import MembershipOrigin, Role
from people.models import Membership, Team, User


def enter_people(*, since: datetime) -> dict[str, User]:
    """Make teams and users; the managers manage from ``since`` on. Returns the users by their key."""
    teams = _make_teams()
    password = make_password(PASSWORD)  # one for all: stretching fifteen takes seconds
    users = {person.key: _make_user(person, password) for person in (ADMINISTRATOR, *CAST)}
    for person in CAST:
        if person.leads:
            Membership.objects.create(
                user=users[person.key],
                team=teams[person.team],
                role=Role.MANAGER,
                during=(since, None),
                origin=MembershipOrigin.HAND,
            )
    return users


def known_logins() -> list[str]:
    """The lines that say how to sign in."""
    width = max(len(person.email) for person, _ in LOGINS)
    lines = [f"{person.email.ljust(width)}  {role}" for person, role in LOGINS]
    return ["Sign in as", *(f"  {line}" for line in lines), f"  with the password {PASSWORD}"]


def _make_teams() -> dict[str, Team]:
    teams: dict[str, Team] = {}
    for part in TEAMS:
        values = {"name": part.name, "side": part.side, "timezone": ZONES[part.office], "report_hour": 8}
        parent = teams[part.parent] if part.parent else None
        teams[part.slug], _ = Team.objects.update_or_create(
            slug=part.slug, defaults={**values, "parent": parent}
        )
    return teams


def _make_user(person: Person, password: str) -> User:
    is_admin = person is ADMINISTRATOR
    user, _ = User.objects.update_or_create(
        email=person.email,
        defaults={
            "name": person.name,
            "language": person.language,
            "timezone": ZONES[person.office],
            "password": password,
            "is_staff": is_admin,
            "is_superuser": is_admin,
        },
    )
    return user
