"""The company's leads by the scoring of the agreement in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from agreements.calendars import schedule_of
from agreements.document import qualification_of
from agreements.models import AgreementVersion
from agreements.signing import parties_of
from leads import kinds as event_kinds
from measurement import world as worlds
from measurement.journeys import FACTS, parameters
from measurement.scoring import Scored, Scoring

#: Leads that are looked at: the newest ones, of this time.
WINDOW = timedelta(days=90)
MOST = 1_000

CANDIDATES = f"""
WITH {FACTS}
SELECT id, owner_id, created_at, mql_at, count(*) OVER () FROM journey
WHERE created_at < %(end)s AND (%(lead)s::bigint IS NULL OR id = %(lead)s)
AND (%(since)s::timestamptz IS NULL OR created_at >= %(since)s)
ORDER BY created_at DESC, id DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class ScoredLead:
    """A lead and what the rules say of it: at its handoff where it was handed over, else now."""

    lead: int
    owner: int | None
    created_at: datetime
    handed_at: datetime | None
    scored: Scored

    @property
    def overlooked(self) -> bool:
        """Qualified by the rules, and not handed over."""
        return self.handed_at is None and self.scored.qualifies is True

    @property
    def too_early(self) -> bool:
        """Handed over below the threshold, or without what the criteria ask for."""
        return self.handed_at is not None and self.scored.qualifies is False


def scoring_in_force(*, as_of: datetime) -> tuple[AgreementVersion, Scoring] | None:
    """The agreement in force that says what qualifies a lead (the one that began last), with its rules; its
    first calendar counts business time. None without one."""
    versions = AgreementVersion.objects.in_force(as_of).order_by("-starts_at", "pk")
    for version in versions:
        qualification = qualification_of(version.document)
        if qualification.scoring or qualification.criteria:
            use = version.calendar_uses.select_related("calendar").order_by("position").first()
            parties = parties_of(version)
            sales = next((team for team in parties if team.side == "sales"), None) or next(
                iter(parties), None
            )
            team = sales.pk if sales else 0
            return version, Scoring(qualification, schedule_of(use.calendar if use else None), team)
    return None


def scored_leads(
    scoring: Scoring, *, lead: int | None = None, as_of: datetime
) -> tuple[list[ScoredLead], int]:
    """The newest leads of the last 90 days (MOST at most) with their points, the highest first, and how many
    there are in all; or the one ``lead``, whenever it was created."""
    since = None if lead else as_of - WINDOW
    given = {**parameters(as_of), "lead": lead, "since": since, "limit": MOST}
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES, given)
        rows = cursor.fetchall()
    found = _scored(rows, scoring, as_of=as_of)
    found.sort(key=lambda one: (-one.scored.points, -one.created_at.timestamp(), one.lead))
    return found, rows[0][-1] if rows else 0


def _scored(rows: Sequence[tuple], scoring: Scoring, *, as_of: datetime) -> list[ScoredLead]:
    refs = [row[0] for row in rows]
    if not refs:
        return []
    world, subjects = worlds.load(
        refs,
        kinds=scoring.kinds,
        subject_types=event_kinds.subject_types(),
        until=as_of,
        untold=("lead",),
    )
    by_ref = {subject.ref: subject for subject in subjects}
    now = as_of.replace(microsecond=0)
    return [
        ScoredLead(ref, owner, created, handed, scoring.score(by_ref[ref], world, at=handed or now))
        for ref, owner, created, handed, _ in rows
        if ref in by_ref
    ]
