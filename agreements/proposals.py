"""A promise that is not saved yet: what the linter says about it, its worked deadlines, and how it would be
measured."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from agreements.composition import compose_with
from agreements.editing import read_whole
from agreements.linting import MESSAGES, LintWarning, surroundings
from agreements.lints import commitment_findings
from agreements.models import AgreementVersion, CalendarVersion, Commitment
from agreements.promises import promise_of
from agreements.terms import Promise
from agreements.worked_examples import worked_sentences


@dataclass(frozen=True, slots=True)
class Proposal:
    """What there is to see before a promise is saved; ``promise`` is it as it would be measured."""

    promise: Promise
    warnings: list[LintWarning]
    worked: list[str]


def propose(commitment: Commitment, *, calendar: str | None, as_of: datetime) -> Proposal:
    """Look at a commitment of a draft whose terms were checked; nothing is stored.

    ``calendar`` is the key that the terms name, None for the agreement's first one. ``DocumentError`` where
    the whole would not be right with it.
    """
    commitment.calendar = calendar_named(commitment.version, calendar)
    return Proposal(
        promise=promise_of(commitment),
        warnings=_warnings(commitment),
        worked=worked_sentences(commitment, as_of=as_of),
    )


def calendar_named(version: AgreementVersion, key: str | None) -> CalendarVersion | None:
    """The version of a calendar that a draft uses, or would use; None for day and night."""
    uses = version.calendar_uses.select_related("calendar__calendar").order_by("position")
    held = {use.calendar.calendar.key: use.calendar for use in uses}
    if key is None or key in held:
        return held[key] if key else next(iter(held.values()), None)
    return CalendarVersion.objects.select_related("calendar").filter(calendar__key=key).latest("number")


def _warnings(commitment: Commitment) -> list[LintWarning]:
    """The findings about this one, within the document as it would be."""
    document = read_whole(compose_with(commitment))
    around = surroundings(commitment.version)
    part = next(part for part in document.commitments if part.key == commitment.key)
    return [
        LintWarning(found.code, found.where, _(MESSAGES[found.code]) % found.values)
        for found in commitment_findings(part, document, around)
    ]
