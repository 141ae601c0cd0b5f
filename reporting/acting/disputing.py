"""Saying that a breach is wrong, taking that back, and the other team's answer where it does not agree."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from reporting.acting.news import tell_disputed, tell_refused
from reporting.acting.transitions import Act, locked, perform, wrong
from reporting.enums import DisputeOutcome
from reporting.models import Breach, Dispute

_LINK = URLValidator(schemes=["http", "https"])


@transaction.atomic
def dispute(breach: Breach, *, by: Any, as_of: datetime, note: str, evidence: str = "") -> Breach:
    """Say that a breach is wrong, and why; the other team's manager decides.

    ``note`` is the reason, ``evidence`` a link that shows it. Raises Problem 422 without a reason or with a
    link that is none, 409 unless it is open or acknowledged.
    """
    reason = required(note, "note", _("says why the breach is wrong; write it"))
    if evidence:
        try:
            _LINK(evidence)
        except ValidationError:
            raise wrong("evidence", _("is not a link; write an address that begins with https://")) from None
    found = locked(breach, Act.DISPUTE)
    made = Dispute.objects.create(
        breach=found, by=person(by), by_label=str(by)[:200], at=as_of, reason=reason, evidence=evidence
    )
    told = {"dispute": made.pk, "reason": reason, "evidence": evidence}
    entry = perform(found, Act.DISPUTE, by=by, as_of=as_of, changes={"note": reason}, told=told)
    tell_disputed(found, entry, by=by, as_of=as_of)
    return found


@transaction.atomic
def take_back_dispute(breach: Breach, *, by: Any, as_of: datetime, note: str = "") -> Breach:
    """The owner does not dispute it any more. Raises Problem 409 unless it is disputed."""
    found = locked(breach, Act.TAKE_BACK)
    decided = decide(found, DisputeOutcome.TAKEN_BACK, by=by, as_of=as_of, answer=note)
    perform(found, Act.TAKE_BACK, by=by, as_of=as_of, changes={}, told={"dispute": decided, "note": note})
    return found


@transaction.atomic
def refuse(breach: Breach, *, by: Any, as_of: datetime, note: str) -> Breach:
    """The other team does not agree, and says why: the miss stands.

    Raises Problem 422 without an answer, 409 unless it is disputed.
    """
    answer = required(note, "note", _("says why the miss stands; write it"))
    found = locked(breach, Act.REFUSE)
    decided = decide(found, DisputeOutcome.REFUSED, by=by, as_of=as_of, answer=answer)
    told = {"dispute": decided, "answer": answer}
    entry = perform(found, Act.REFUSE, by=by, as_of=as_of, changes={"note": answer}, told=told)
    tell_refused(found, entry, by=by, as_of=as_of)
    return found


def decide(breach: Breach, outcome: DisputeOutcome, *, by: Any, as_of: datetime, answer: str) -> int | None:
    """Close the dispute that is open, if there is one; its id."""
    waiting = Dispute.objects.undecided().filter(breach=breach).first()
    if waiting is None:
        return None
    waiting.outcome, waiting.decided_by, waiting.decided_at = outcome.value, person(by), as_of
    waiting.answer = answer
    waiting.save(update_fields=["outcome", "decided_by", "decided_at", "answer"])
    return waiting.pk


def person(by: Any) -> Any:
    """Who acts, where it is a person and no program."""
    return by if getattr(by, "pk", None) else None


def required(text: str, field: str, message: str) -> str:
    """The text, without the space around it. Raises Problem 422 where it is empty."""
    if not text.strip():
        raise wrong(field, message, "required")
    return text.strip()
