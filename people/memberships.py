"""Who belonged where: users, teams and memberships as the CRM's member records say, and questions about them.

Everything here is a handful of statements whatever the number of rows.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from people.enums import Side
from people.models import Membership, Team, User

SIDES = {
    "marketing": Side.MARKETING,
    "sales": Side.SALES,
    "ventes": Side.SALES,
}

FILL_NAMES = """
UPDATE people_user AS person SET name = given.name FROM unnest(%s::text[], %s::text[]) AS given (email, name)
WHERE lower(person.email) = lower(given.email) AND person.name = '' AND given.name <> ''
"""

FIND = """
SELECT given.email, person.id FROM unnest(%s::text[]) AS given (email)
JOIN people_user AS person ON lower(person.email) = lower(given.email)
"""

# Two members of different sources may be one person: periods that overlap or touch become one.
WANTED = """
WITH wanted AS (
    SELECT user_id, team_id, unnest(range_agg(tstzrange(begins, ends))) AS during
    FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[])
        AS given (user_id, team_id, begins, ends)
    WHERE begins < ends OR begins IS NULL OR ends IS NULL
    GROUP BY user_id, team_id
)
"""

DELETE_OTHERS = """
DELETE FROM people_membership AS had WHERE origin = 'crm' AND user_id = ANY (%s) AND NOT EXISTS (
    SELECT FROM wanted
    WHERE (wanted.user_id, wanted.team_id, wanted.during) = (had.user_id, had.team_id, had.during)
)
"""

ADD_MISSING = """
INSERT INTO people_membership (user_id, team_id, role, during, origin)
SELECT user_id, team_id, 'rep', during, 'crm' FROM wanted WHERE NOT EXISTS (
    SELECT FROM people_membership AS had WHERE had.origin = 'crm'
    AND (wanted.user_id, wanted.team_id, wanted.during) = (had.user_id, had.team_id, had.during)
)
"""


def ensure_users(
    emails_and_names: Iterable[tuple[str, str | None]], *, timezones: Mapping[str, str] | None = None
) -> dict[str, int]:
    """The user of each e-mail address, by the address in small letters; those that do not exist are made.

    A person made here cannot sign in until somebody gives them a password. `timezones` by lower-case address;
    without one a new person has the installation's. A name fills an empty one and never replaces another.
    """
    names = {email.lower(): (email, name or "") for email, name in sorted(emails_and_names, key=_by_address)}
    if not names:
        return {}
    zones = timezones or {}
    people = [
        User(
            email=email, name=name, password=make_password(None), timezone=zones.get(key, settings.TIME_ZONE)
        )
        for key, (email, name) in names.items()
    ]
    User.objects.bulk_create(people, ignore_conflicts=True)
    addresses = [person.email for person in people]
    with connection.cursor() as cursor:
        cursor.execute(FILL_NAMES, [addresses, [person.name for person in people]])
        cursor.execute(FIND, [addresses])
        return {email.lower(): user_id for email, user_id in cursor.fetchall()}


def ensure_teams(slugs: Iterable[str], *, timezone: str | None = None) -> dict[str, int]:
    """The team of each slug; new ones get a name and a side guessed from it, and the zone (default: ours)."""
    wanted = sorted(set(slugs))
    zone = timezone or settings.TIME_ZONE
    Team.objects.bulk_create(
        [Team(slug=slug, name=_name(slug), side=_side(slug), timezone=zone) for slug in wanted],
        ignore_conflicts=True,
    )
    return dict(Team.objects.filter(slug__in=wanted).order_by().values_list("slug", "id"))


def replace_crm_memberships(
    rows: Iterable[tuple[int, int, datetime | None, datetime | None]], user_ids: Iterable[int]
) -> int:
    """Make `rows` (user, team, from, to) all that the CRM says of these users; how many memberships changed.

    Periods are half-open, none is unbounded; overlapping ones of one team are merged, empty ones left out.
    Memberships entered by hand are not touched. A person whom the CRM knows as several members needs the rows
    of all of them in one call.
    """
    users = sorted(set(user_ids))
    given = list(rows)
    if strangers := {row[0] for row in given} - set(users):
        raise ValueError(f"memberships of users {sorted(strangers)} that are not among user_ids")
    columns = [list(column) for column in zip(*given, strict=True)] or [[], [], [], []]
    with transaction.atomic(), connection.cursor() as cursor:
        # Two deliveries about the same people one after the other, not between each other's statements.
        cursor.execute("SELECT FROM people_user WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE", [users])
        cursor.execute(WANTED + DELETE_OTHERS, [*columns, users])
        deleted = cursor.rowcount
        cursor.execute(WANTED + ADD_MISSING, columns)
        return deleted + cursor.rowcount


def memberships_of(user_ids: Iterable[int]) -> list[tuple[int, int, datetime | None, datetime | None]]:
    """User, team, from, to (none: unbounded) of every membership of these users, of both origins."""
    rows = Membership.objects.filter(user_id__in=set(user_ids)).order_by("user_id", "during")
    return [
        (user, team, during.lower, during.upper)
        for user, team, during in rows.values_list("user_id", "team_id", "during")
    ]


def team_tree() -> dict[int, frozenset[int]]:
    """Each team with itself and every team above it."""
    parents = dict(Team.objects.order_by().values_list("id", "parent_id"))
    return {team: _line(team, parents) for team in parents}


def teams_under(team_id: int) -> set[int]:
    """The team and every team below it."""
    return {team for team, line in team_tree().items() if team_id in line}


def _line(team: int, parents: Mapping[int, int | None]) -> frozenset[int]:
    line: set[int] = set()
    above: int | None = team
    while above is not None and above not in line:  # a ring, should one ever be made, ends
        line.add(above)
        above = parents[above]
    return frozenset(line)


def _by_address(row: tuple[str, str | None]) -> tuple[str, str]:
    # One order for every delivery, so that two at once cannot lock each other; of two names the last wins.
    return row[0].lower(), row[1] or ""


def _name(slug: str) -> str:
    words = slug.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _side(slug: str) -> Side:
    return next((side for word, side in SIDES.items() if word in slug.lower()), Side.OTHER)
