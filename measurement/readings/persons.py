"""Whom the rows of a period are for: every person of the team that owes, every account in question.

A person may be several members of several systems; what each of them did is one person's.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec import json

from agreements.terms import Promise
from core.replicas import reading as connection
from measurement.periods import version_at
from measurement.readings.rows import Counted
from people.memberships import teams_under

#: A person is shown as one member of all, whichever arrived first: the least by the names of the sources.
PERSONS = """
SELECT member.ref_id, member.user_id, first_value(member.ref_id) OVER (
    PARTITION BY member.user_id ORDER BY ref.merged_into IS NOT NULL, ref.source, ref.external_id) AS shown
FROM leads_member AS member JOIN leads_ref AS ref ON ref.id = member.ref_id
WHERE member.user_id IS NOT NULL
"""
MEMBERS = f"""
SELECT DISTINCT w.place, person.shown
FROM json_to_recordset(%s::json)
    AS w (place integer, teams bigint[], period_start timestamptz, period_end timestamptz)
JOIN people_membership AS belongs ON belongs.team_id = ANY (w.teams)
    AND belongs.during && tstzrange(w.period_start, w.period_end)
JOIN ({PERSONS}) AS person ON person.user_id = belongs.user_id
"""
SAME = f"SELECT ref_id, shown FROM ({PERSONS}) AS person"


def members(counted: Sequence[Counted], versions: Mapping[str, list[Promise]]) -> dict[Counted, set[str]]:
    """Everybody who belonged to the team that owes at any time of each period; two statements."""
    teams: dict[int, list[int]] = {}
    rows = []
    for place, (key, span) in enumerate(counted):
        team = version_at(versions[key], span.start).team_id
        if team not in teams:
            teams[team] = sorted(teams_under(team))
        rows.append(
            {"place": place, "teams": teams[team], "period_start": span.start, "period_end": span.end}
        )
    found: dict[Counted, set[str]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(MEMBERS, [json.encode(rows).decode()])
        for place, ref in cursor.fetchall():
            found[counted[place]].add(str(ref))
    return found


def same_person() -> dict[str, str]:
    """Member → the member as whom the same person is shown, both as ``each`` is written."""
    with connection.cursor() as cursor:
        cursor.execute(SAME)
        return {str(ref): str(shown) for ref, shown in cursor.fetchall()}


def refs_of(each: str) -> list[str]:
    """All members that are this person, as ``each`` of units is written."""
    return [each, *(ref for ref, shown in same_person().items() if shown == each and ref != each)]
