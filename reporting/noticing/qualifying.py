"""Why a lead that is announced qualified: ids and figures for a notice, words when it is read."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from measurement.scored_leads import ScoredLead, scored_leads, scoring_in_force
from measurement.scoring import Answer, Scoring

MOST = 20  # of one sweep: a burst is announced without its points, which stand on each lead's page


def reasons_of(leads: Collection[int], *, as_of: datetime) -> dict[int, dict[str, Any]]:
    """What the rules in force said of each of these leads when it was handed over, by its ref id.

    ``{"version", "points", "threshold" (or None), "rules": positions of those that gave points, "criteria":
    positions of those that hold}``; nothing where no agreement says what qualifies.
    """
    found = scoring_in_force(as_of=as_of) if leads else None
    if found is None:
        return {}
    version, scoring = found
    reasons = {}
    for lead in sorted(leads)[:MOST]:
        for one in scored_leads(scoring, lead=lead, as_of=as_of)[0]:
            reasons[one.lead] = {"version": version.pk, **_figures(one, scoring)}
    return reasons


def _figures(one: ScoredLead, scoring: Scoring) -> dict[str, Any]:
    scored, asked = one.scored, scoring.qualification
    return {
        "points": float(scored.points),
        "threshold": None if scored.threshold is None else float(scored.threshold),
        "rules": [number for number, line in enumerate(scored.rules) if line.points],
        "criteria": [
            asked.criteria.index(line.criterion) for line in scored.criteria if line.answer is Answer.YES
        ],
    }
