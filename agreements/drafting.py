"""Changes to drafts made by hand, piece by piece: a commitment, a calendar, the next version.

Each takes back the signatures that were given to other words, and leaves an audit row.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from agreements.composition import compose, compose_commitment, compose_with, compose_without
from agreements.document import Document, read_document, write_yaml
from agreements.editing import changed_meanwhile, open_version, read_whole
from agreements.freezing import canonical_sha256, holidays_of, version_for, years_needed
from agreements.loading import Loaded, load, one_at_a_time
from agreements.models import AgreementVersion, CalendarVersion, Commitment
from agreements.signing import void_signatures
from core.audit import record
from people.models import User


def start_new_version(
    version: AgreementVersion, *, effective_from: date, by: User, as_of: datetime
) -> Loaded:
    """A draft that says the same as a signed version from a later date on; an older draft is replaced.

    Raises ``DocumentError`` where the date is not later.
    """
    return load(
        write_yaml(compose(version) | {"effective_from": effective_from.isoformat()}), by=by, as_of=as_of
    )


@transaction.atomic
def save_commitment(commitment: Commitment, *, calendar: str | None, by: User, as_of: datetime) -> None:
    """Store a commitment of a draft whose terms were checked. ``calendar`` is the key it names, None for the
    agreement's first one; a calendar that the agreement has not used yet is added to it.

    Raises ``DocumentError`` where the whole would not be right with it, or where somebody else signed the
    version or took the commitment out meanwhile.
    """
    one_at_a_time()
    version = open_version(commitment.version_id)
    before = _written(commitment)
    if commitment.pk and before is None:
        raise changed_meanwhile()
    commitment.calendar = _calendar_for(version, calendar, as_of=as_of)
    read_whole(compose_with(commitment))
    if commitment.pk is None:
        last = version.commitments.aggregate(last=Max("position"))["last"]
        commitment.position = 0 if last is None else last + 1
    commitment.save()
    _changed(version, commitment, before, _written(commitment), by=by, as_of=as_of)


@transaction.atomic
def remove_commitment(commitment: Commitment, *, by: User, as_of: datetime) -> None:
    """Take a commitment out of a draft; ``DocumentError`` where the rest would not be right without it, or
    where the version was signed meanwhile."""
    version = open_version(commitment.version_id)
    read_whole(compose_without(commitment))
    _changed(version, commitment, _written(commitment), None, by=by, as_of=as_of)
    commitment.delete()


@transaction.atomic
def add_calendar(key: str, definition: Mapping[str, Any], *, by: User, as_of: datetime) -> CalendarVersion:
    """A version of a calendar for agreements to come; the one that says the same already, if there is one."""
    calendar = version_for(key, definition, years_needed(as_of.date(), as_of))
    _note_calendar(calendar, None, by=by, as_of=as_of)
    return calendar


@transaction.atomic
def rewrite_calendar(
    calendar: CalendarVersion, definition: Mapping[str, Any], *, by: User, as_of: datetime
) -> None:
    """Change what a calendar says that no signed agreement uses; drafts that use it follow."""
    before = calendar.definition
    years = (calendar.first_year, max(calendar.last_year, years_needed(as_of.date(), as_of)[1]))
    calendar.definition = dict(definition)
    calendar.timezone = definition["timezone"]
    calendar.first_year, calendar.last_year = years
    calendar.holiday_dates = holidays_of(definition, years)
    calendar.sha256 = canonical_sha256([calendar.definition, calendar.holiday_dates])
    calendar.save()
    for version in AgreementVersion.objects.filter(calendar_uses__calendar=calendar):
        version.starts_at = _document(version).starts_at
        version.save(update_fields=["starts_at"])
        void_signatures(version, by=by, as_of=as_of)
    _note_calendar(calendar, before, by=by, as_of=as_of)


def _calendar_for(version: AgreementVersion, key: str | None, *, as_of: datetime) -> CalendarVersion | None:
    uses = version.calendar_uses.select_related("calendar__calendar").order_by("position")
    held = {use.calendar.calendar.key: use.calendar for use in uses}
    if key is None or key in held:
        return held[key] if key else next(iter(held.values()), None)
    newest = CalendarVersion.objects.filter(calendar__key=key).latest("number")
    wanted = version_for(key, newest.definition, years_needed(version.effective_from, as_of))
    version.calendar_uses.create(position=len(held), calendar=wanted)
    if not held:  # the first calendar is everybody's default, and the zone in which the agreement starts
        version.commitments.update(calendar=wanted)
        version.starts_at = _document(version).starts_at
        version.save(update_fields=["starts_at"])
    return wanted


def _document(version: AgreementVersion) -> Document:
    return read_document(compose(version))


def _written(commitment: Commitment) -> dict[str, Any] | None:
    stored = Commitment.objects.select_related("owner").filter(pk=commitment.pk).first()
    return compose_commitment(stored) if stored else None


def _changed(
    version: AgreementVersion, commitment: Commitment, before: Any, after: Any, *, by: User, as_of: datetime
) -> None:
    void_signatures(version, by=by, as_of=as_of)
    record(
        actor=by,
        verb="commitment.changed"
        if before and after
        else "commitment.added"
        if after
        else "commitment.removed",
        object_type="commitment",
        object_id=commitment.key,
        before=before,
        after=after,
        as_of=as_of,
    )


def _note_calendar(calendar: CalendarVersion, before: Any, *, by: User, as_of: datetime) -> None:
    record(
        actor=by,
        verb="calendar.changed" if before else "calendar.added",
        object_type="calendar_version",
        object_id=str(calendar),
        before=before,
        after=calendar.definition,
        as_of=as_of,
    )
