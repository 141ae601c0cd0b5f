"""The company's leads by the scoring of the agreement in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agreements.calendars import schedule_of
from agreements.document import qualification_of
from agreements.models import AgreementVersion
from agreements.signing import parties_of
from core.replicas import reading as connection
from leads import kinds as event_kinds
from measurement import world as worlds
from measurement.journeys import FACTS, SOME_FACTS, parameters
from measurement.kept.serving import zone_kept
from measurement.scoring import Scored, Scoring

#: Leads that are looked at: the newest ones, of this time.
WINDOW = timedelta(days=90)
MOST = 1_000

LIVE = f"""
WITH {FACTS}
SELECT id, owner_id, created_at, mql_at FROM journey
WHERE created_at < %(end)s AND created_at >= %(since)s ORDER BY created_at DESC, id DESC LIMIT %(limit)s
"""
KEPT = """
SELECT lead_id, owner_id, created_at, mql_at FROM measurement_journey
WHERE created_at < %(end)s AND created_at >= %(since)s ORDER BY created_at DESC, lead_id DESC LIMIT %(limit)s
"""
ONE = f"""
WITH asked_lead AS (SELECT %(lead)s::bigint AS id), asked_deal AS (
    SELECT d.ref_id AS id FROM leads_ref r JOIN leads_deal d ON d.lead_id = r.id
    WHERE r.id = %(lead)s OR r.merged_into = %(lead)s
), {SOME_FACTS}
SELECT id, owner_id, created_at, mql_at FROM journey WHERE created_at < %(end)s AND id = %(lead)s
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
) -> tuple[list[ScoredLead], bool]:
    """The newest leads of the last 90 days (MOST at most) with their points, the highest first, and whether
    there are more; or the one ``lead``, whenever it was created."""
    rows = _candidates(lead, as_of)
    found = _scored(rows[:MOST], scoring, as_of=as_of)
    found.sort(key=lambda one: (-one.scored.points, -one.created_at.timestamp(), one.lead))
    return found, len(rows) > MOST


def _candidates(lead: int | None, as_of: datetime) -> list[tuple]:
    """(lead, owner, created, handed over), the newest first; one more than MOST where there are more."""
    statement = ONE if lead else KEPT if zone_kept(as_of=as_of) else LIVE
    given = {**parameters(as_of), "lead": lead, "since": as_of - WINDOW, "limit": MOST + 1}
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchall()


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
        for ref, owner, created, handed in rows
        if ref in by_ref
    ]
