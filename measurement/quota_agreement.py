"""The quota put into an agreement: the target of its volume of qualified leads, in a draft."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import ceil
from typing import Any

from django.db import transaction

from agreements.composition import compose_commitment
from agreements.document import write_yaml
from agreements.drafting import save_commitment, start_new_version
from agreements.enums import Kind, Period, VersionState
from agreements.models import Agreement, AgreementVersion, Commitment
from agreements.signing import parties_of
from agreements.terms import parse_terms
from people.models import User

KEY = "mql-volume"
HANDOFF = "lead.qualified"
#: What is promised where the agreement has no such commitment yet (CONTRACT §3).
TERMS: dict[str, Any] = {
    "title": {"en": "Marketing delivers qualified leads", "fr": "Marketing fournit des leads qualifiés"},
    "count": {
        "event": HANDOFF,
        "distinct": "lead",
        "unless": {"event": "lead.rejected", "where": {"data.bad_data": True}},
    },
    "per": "month",
    "each": "team",
}
MONTHS = {
    Period.DAY: Fraction(12, 365),
    Period.WEEK: Fraction(12 * 7, 365),
    Period.MONTH: Fraction(1),
    Period.QUARTER: Fraction(3),
    Period.HALF: Fraction(6),
    Period.YEAR: Fraction(12),
}


@dataclass(frozen=True, slots=True)
class Put:
    """The draft that now says it, its commitment, and that commitment as it is written, before and now."""

    version: AgreementVersion
    commitment: Commitment
    before: str
    yaml: str


def volume_of(version: AgreementVersion) -> Commitment | None:
    """The commitment of a version that counts handoffs: the one called mql-volume, else the first."""
    volumes = (
        version.commitments.filter(kind=Kind.VOLUME).select_related("owner", "version").order_by("position")
    )
    counting = [one for one in volumes if _counts_handoffs(one)]
    return next((one for one in counting if one.key == KEY), counting[0] if counting else None)


@transaction.atomic
def put_into(agreement: Agreement, mql_a_month: int, *, by: User, as_of: datetime) -> Put:
    """Set the target of the agreement's volume of handoffs in its draft; without a draft one is begun that
    takes effect on the first of the next month. A period other than a month gets its part, rounded up.

    Raises ``DocumentError`` where no such draft can be, ValueError where the agreement has no marketing.
    """
    draft = _draft(agreement, by=by, as_of=as_of)
    found = volume_of(draft)
    before = "" if found is None else write_yaml(compose_commitment(found))
    commitment = found or _new(draft)
    per = parse_terms(commitment.kind, commitment.terms | {"target": ">= 1"}).per
    target = f">= {ceil(mql_a_month * MONTHS[per])}"
    commitment.terms = commitment.terms | {"target": target}
    if commitment.pk is None or before != write_yaml(compose_commitment(commitment)):
        save_commitment(commitment, calendar=commitment.terms.get("calendar"), by=by, as_of=as_of)
    return Put(draft, commitment, before, write_yaml(compose_commitment(commitment)))


def _counts_handoffs(commitment: Commitment) -> bool:
    terms: Any = parse_terms(commitment.kind, commitment.terms)
    return any(HANDOFF in count.selector.events for count in terms.count)


def _draft(agreement: Agreement, *, by: User, as_of: datetime) -> AgreementVersion:
    newest = agreement.versions.order_by("-number").first()
    if newest is None:
        raise ValueError("the agreement has no version")
    if newest.state != VersionState.SIGNED:
        return newest
    after = max(_next_month(as_of.date()), newest.effective_from + timedelta(days=1))
    return start_new_version(newest, effective_from=after, by=by, as_of=as_of).version


def _new(draft: AgreementVersion) -> Commitment:
    parties = parties_of(draft)
    owner = next((team for team in parties if team.side == "marketing"), None)
    if owner is None:
        raise ValueError("the agreement has no marketing team")
    return Commitment(version=draft, key=KEY, kind=Kind.VOLUME.value, owner=owner, terms=dict(TERMS))


def _next_month(day: date) -> date:
    month = day.year * 12 + day.month
    return date(month // 12, month % 12 + 1, 1)
