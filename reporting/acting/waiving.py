"""Agreeing that a miss does not count: by the other team, within the agreed share, for good or for a time."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements.promises import history_of
from agreements.terms.values import Promise
from core.problems import Problem
from measurement.enums import Verdict
from measurement.excluding import ExcludedAlreadyError, exclude_clock, exclude_period
from measurement.models import Clock, Exclusion, Reading
from measurement.periods import version_at
from measurement.sealing import any_sealed, sealed_clock, sealed_reading
from reporting.acting.caps import Waivers, waive_one_by_one, waivers_in_month
from reporting.acting.disputing import decide, required
from reporting.acting.news import tell_waived
from reporting.acting.transitions import Act, locked, perform, wrong
from reporting.enums import BreachState, BreachType, DisputeOutcome
from reporting.models import Breach


@transaction.atomic
def waive(breach: Breach, *, by: Any, as_of: datetime, note: str, until: datetime | None = None) -> Breach:
    """The other team agrees that the miss does not count; with ``until``, if it is done by then.

    Whether ``by`` may decide on it is the caller's to ask (``reporting.deciding``). Raises Problem 422
    without a reason, with an ``until`` that is over, or for a period (nobody can do anything in it any more);
    409 where its state forbids it, where as many misses of the month are waived as was agreed, or where what
    it is about is sealed (docs/adr/0015): no verdict would change.
    """
    why = required(note, "note", _("says why the miss does not count; write it"))
    found = locked(breach, Act.WAIVE)
    _check_until(found, until, as_of)
    if _is_sealed(found):
        detail = _("This lies so far back that it is sealed: its verdict does not change any more.")
        raise Problem(409, "Conflict", detail)
    waive_one_by_one(found.commitment_key)
    promise = _promise(found)
    waivers = waivers_in_month(promise, found.missed_at)
    if not waivers.left:
        raise _too_many(waivers)
    try:
        made = _exclude(found, promise, by, why, until, as_of)
    except ExcludedAlreadyError:
        raise Problem(409, "Conflict", _("This miss does not count already.")) from None
    decided = decide(found, DisputeOutcome.WAIVED, by=by, as_of=as_of, answer=why)
    told = {"exclusions": [one.pk for one in made], "dispute": decided, "why": why}
    changes = {"closed_at": as_of, "waived_until": until, "note": why}
    entry = perform(found, Act.WAIVE, by=by, as_of=as_of, changes=changes, told=told)
    tell_waived(found, entry, by=by, as_of=as_of)
    return found


def _check_until(breach: Breach, until: datetime | None, as_of: datetime) -> None:
    if until is None:
        return
    if breach.type == BreachType.PERIOD:
        raise wrong("until", _("is for what can still be done; a period that is over is waived for good"))
    if until < as_of + timedelta(seconds=1):  # verdicts are in whole seconds
        raise wrong("until", _("is over; write an instant that is still to come, or leave it out"))


def _is_sealed(breach: Breach) -> bool:
    if breach.period_start is not None:
        periods = Reading.objects.filter(
            commitment_key=breach.commitment_key, period_start=breach.period_start, each=breach.each
        )
        return any_sealed(periods, sealed_reading)
    clocks = Clock.objects.filter(
        commitment_key=breach.commitment_key, subject_id=breach.subject_id or 0, start_key=breach.start_key
    )
    return any_sealed(clocks, sealed_clock)


def _promise(breach: Breach) -> Promise:
    versions = history_of([breach.commitment_key])
    return version_at(versions, breach.period_start or breach.missed_at)


def _exclude(
    breach: Breach, promise: Promise, by: Any, why: str, until: datetime | None, as_of: datetime
) -> list[Exclusion]:
    if breach.type == BreachType.CLOCK:
        return [
            exclude_clock(
                commitment_key=breach.commitment_key,
                subject_id=breach.subject_id or 0,
                start_key=breach.start_key,
                by=by,
                why=why,
                until=until,
                as_of=as_of,
            )
        ]
    starts = {breach.period_start, *_rest_of_the_run(breach, promise, as_of)}
    return [
        exclude_period(
            commitment_key=breach.commitment_key,
            period_start=start,
            each=breach.each,
            by=by,
            why=why,
            as_of=as_of,
        )
        for start in sorted(start for start in starts if start)
    ]


def _rest_of_the_run(breach: Breach, promise: Promise, as_of: datetime) -> list[datetime]:
    """The missed days that are one breach with its own (``reporting.watching.runs``): all are waived."""
    if not isinstance(getattr(promise.terms, "of", None), str):
        return []
    later = Reading.objects.filter(
        commitment_key=breach.commitment_key, each=breach.each, period_start__gt=breach.period_start
    )
    others = Breach.objects.filter(
        commitment_key=breach.commitment_key, each=breach.each, period_start__gt=breach.period_start
    ).exclude(state=BreachState.WITHDRAWN)
    ends = (
        later.filter(verdict=Verdict.KEPT).aggregate(at=Min("period_start"))["at"],
        others.aggregate(at=Min("period_start"))["at"],
    )
    run = later.filter(verdict=Verdict.MISSED, final_at__lte=as_of)
    end = min((at for at in ends if at is not None), default=None)
    return list(
        (run if end is None else run.filter(period_start__lt=end)).values_list("period_start", flat=True)
    )


def _too_many(waivers: Waivers) -> Problem:
    said = {
        "waived": waivers.waived,
        "misses": waivers.misses,
        "allowed": waivers.allowed,
        "share": f"{float(waivers.share * 100):g}",
        "month": date_format(waivers.month, "F Y"),
    }
    if not waivers.share:
        return Problem(409, "Conflict", _("The agreement says that no miss is waived (waivers: 0%%).") % said)
    detail = _(
        "%(waived)s of the %(misses)s misses of %(month)s are waived; the agreement allows %(share)s %%, here"
        " %(allowed)s. If more of them are wrong, propose an amendment of the promise."
    )
    return Problem(409, "Conflict", detail % said)
