"""Three worked deadlines of a commitment, in words, for whoever is about to sign it."""

from datetime import datetime, tzinfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements.business_time import NeverOpenError, Schedule
from agreements.calendars import schedule_of
from agreements.deadlines import Moment, due, worked_deadlines
from agreements.models import Commitment
from agreements.terms import ChecklistTerms, ResponseTerms, TermsError, parse_terms


def worked_sentences(commitment: Commitment, *, as_of: datetime) -> list[str]:
    """Three starts and when they would be due, in the calendar's zone and the reader's language; of a
    checklist each of its steps.

    Kinds that count by period have no deadlines; an unreadable commitment has none either.
    """
    try:
        terms = parse_terms(commitment.kind, commitment.terms)
    except TermsError:
        return []
    schedule = schedule_of(commitment.calendar)
    try:
        match terms:
            case ResponseTerms():
                return _response(terms, schedule, as_of)
            case ChecklistTerms():
                return _checklist(terms, schedule, as_of)
    except NeverOpenError:
        return [_("The calendar never opens: nothing ever becomes due.")]
    return []


def _response(terms: ResponseTerms, schedule: Schedule, as_of: datetime) -> list[str]:
    worked = worked_deadlines(schedule, terms.within, as_of=as_of, outside_hours=terms.outside_hours)
    return [_sentence(one.moment, one.start, one.due, schedule.calendar.zone) for one in worked]


def _checklist(terms: ChecklistTerms, schedule: Schedule, as_of: datetime) -> list[str]:
    """The moments are those of the longest step, each step's deadline is its own."""
    steps, zone = terms.steps.within, schedule.calendar.zone
    worked = worked_deadlines(
        schedule, max((within for _name, within in steps), key=lambda one: one.rough_seconds), as_of=as_of
    )
    return [
        _("%(moment)s: started on %(start)s, due: %(steps)s")
        % {
            "moment": _moments()[one.moment],
            "start": _shown(one.start, zone),
            "steps": "; ".join(_step(step, due(schedule, one.start, within), zone) for step, within in steps),
        }
        for one in worked
    ]


def _step(step: str, at: datetime | None, zone: tzinfo) -> str:
    words = {"step": step, "due": _shown(at, zone) if at else "–"}
    return _("%(step)s on %(due)s") % words


def _sentence(moment: Moment, start: datetime, at: datetime | None, zone: tzinfo) -> str:
    words = {"moment": _moments()[moment], "start": _shown(start, zone)}
    if at is None:
        return _("%(moment)s: a start on %(start)s does not count") % words
    return _("%(moment)s: started on %(start)s, due on %(due)s") % {**words, "due": _shown(at, zone)}


def _moments() -> dict[Moment, str]:
    return {
        Moment.MID_MORNING: _("On an ordinary morning"),
        Moment.BEFORE_CLOSING: _("Just before a long closing"),
        Moment.BEFORE_HOLIDAY: _("On the eve of a public holiday"),
        Moment.NIGHT: _("At night"),
    }


def _shown(instant: datetime, zone: tzinfo) -> str:
    local = instant.astimezone(zone)
    return f"{date_format(local, 'l')} {date_format(local, 'DATETIME_FORMAT')}"
