"""Three worked deadlines of a commitment, in words, for whoever is about to sign it."""

from datetime import datetime, tzinfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements.business_time import NeverOpenError
from agreements.calendars import schedule_of
from agreements.deadlines import Moment, worked_deadlines
from agreements.models import Commitment
from agreements.terms import ResponseTerms, TermsError, parse_terms


def worked_sentences(commitment: Commitment, *, as_of: datetime) -> list[str]:
    """Three starts and when they would be due, in the calendar's zone and the reader's language.

    Only response commitments have deadlines to show yet; an unreadable one has none.
    """
    try:
        terms = parse_terms(commitment.kind, commitment.terms)
    except TermsError:
        return []
    if not isinstance(terms, ResponseTerms):
        return []
    schedule = schedule_of(commitment.calendar)
    try:
        worked = worked_deadlines(schedule, terms.within, as_of=as_of, outside_hours=terms.outside_hours)
    except NeverOpenError:
        return [_("The calendar never opens: nothing ever becomes due.")]
    return [_sentence(one.moment, one.start, one.due, schedule.calendar.zone) for one in worked]


def _sentence(moment: Moment, start: datetime, due: datetime | None, zone: tzinfo) -> str:
    words = {"moment": _moments()[moment], "start": _shown(start, zone)}
    if due is None:
        return _("%(moment)s: a start on %(start)s does not count") % words
    return _("%(moment)s: started on %(start)s, due on %(due)s") % {**words, "due": _shown(due, zone)}


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
