"""What opened breaches give to tell: to whoever has to deal with them, once; what is history to nobody."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from agreements.promises import history_of
from agreements.terms.values import Promise
from people.models import User
from reporting.enums import BreachType, NoticeKind
from reporting.models import Breach
from reporting.noticing.channels import tell_channels
from reporting.noticing.news import news_since
from reporting.noticing.recipients import Recipients
from reporting.noticing.telling import Telling, tell_all

SILENT, LIVE = "none", "live"


def tell_opened(breaches: Iterable[Breach], *, as_of: datetime) -> int:
    """Tell of breaches that were just opened, in the transaction that opens them; how many notices.

    Whoever it was given to or owed it, else the managers of the team. The mail of a promise that is told in
    the digest is the digest: such a notice stands on the page only. Historic ones are never told.
    """
    since = news_since(as_of)
    fresh = [breach for breach in breaches if not breach.historic and breach.told_at >= since]
    if not fresh:
        return 0
    promises = _latest({breach.commitment_key for breach in fresh})
    recipients = Recipients((breach.owner_id for breach in fresh), as_of=as_of)
    tellings = [
        telling
        for breach in fresh
        for telling in _tellings(breach, promises[breach.commitment_key], recipients)
    ]
    told = tell_all(tellings, as_of=as_of)
    tell_channels([telling for telling in tellings if telling.key in told.first], as_of=as_of)
    return told.notices


def _latest(keys: set[str]) -> Mapping[str, Promise]:
    return {promise.key: promise for promise in history_of(keys)}


def _tellings(breach: Breach, promise: Promise, recipients: Recipients) -> Iterable[Telling]:
    """The breach itself; of a period the steps of its escalation too, which has no running time to share."""
    notify = promise.terms.notify
    if notify != SILENT:
        to = _dealing_with(breach, recipients)
        yield _telling(NoticeKind.BREACH, f"breach:{breach.pk}", breach, promise, to, quiet=notify != LIVE)
    if breach.type == BreachType.PERIOD:
        for number, step in enumerate(promise.terms.escalate):
            to = recipients.in_role(step.to, breach.owner_id, breach.team_id)
            key = f"escalated:breach:{breach.pk}:{number}"
            yield _telling(NoticeKind.ESCALATED, key, breach, promise, to, quiet=False, role=step.to)


def _dealing_with(breach: Breach, recipients: Recipients) -> tuple[User, ...]:
    return recipients.of_owner(breach.owner_id, breach.team_id)


def _telling(
    kind: NoticeKind,
    key: str,
    breach: Breach,
    promise: Promise,
    to: tuple[User, ...],
    *,
    quiet: bool,
    role: str | None = None,
) -> Telling:
    return Telling(
        kind=kind,
        to=to,
        key=key,
        breach_id=breach.pk,
        clock_id=breach.clock_id,
        commitment_key=breach.commitment_key,
        body={
            "team": breach.team_id,
            "subject": breach.subject_id,
            "due": breach.missed_at.isoformat(),
            **({"to": role} if role else {}),
        },
        live=promise.terms.notify == LIVE,
        quiet=quiet,
    )
