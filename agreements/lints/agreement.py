"""What strikes about an agreement as a whole and its calendars."""

from collections.abc import Iterator

from agreements.business_time import DAYS, NeverOpenError, Schedule
from agreements.business_time.windows import DAY, parse_window
from agreements.document import CalendarPart, Document
from agreements.document.order import SECTIONS
from agreements.enums import Form
from agreements.lints.findings import Finding, Surroundings
from agreements.public_holidays import ASSUMED_SUBDIVISION


def agreement_findings(document: Document, around: Surroundings) -> Iterator[Finding]:
    """Parties, parts and calendars."""
    if len(document.parties) < 2:
        yield Finding("one_party", "parties")
    if not document.commitments:
        yield Finding("no_commitments", "commitments")
    yield from _missing_sections(document)
    for part in document.calendars:
        yield from _calendar(part, document, around)


def _missing_sections(document: Document) -> Iterator[Finding]:
    if document.form is not Form.LONG:
        return
    written = document.content.get("sections") or {}
    for name in SECTIONS:
        if not written.get(name):
            yield Finding("missing_section", f"sections.{name}")


def _calendar(part: CalendarPart, document: Document, around: Surroundings) -> Iterator[Finding]:
    place = f"calendars.{part.key}"
    schedule = around.schedules.get(part.key)
    if schedule and _never_opens(schedule, document):
        yield Finding("empty_calendar", place)
    years = around.years.get(part.key)
    year = document.effective_from.year
    if part.definition.get("holidays") and years and not years[0] <= year <= years[1]:
        yield Finding("beyond_horizon", place, {"year": year, "first": years[0], "last": years[1]})
    yield from _assumed(part)
    for day in DAYS:
        for window in (part.definition.get("week") or {}).get(day) or ():
            start, end = parse_window(window)
            if end > DAY:
                values = {"window": window, "hours": f"{(end - start) / 3600:g}"}
                yield Finding("crosses_midnight", f"{place}.week.{day}", values)


def _assumed(part: CalendarPart) -> Iterator[Finding]:
    place = part.definition.get("holidays") or {}
    country = str(place.get("country", "")).upper()
    if country in ASSUMED_SUBDIVISION and not place.get("subdivision"):
        values = {"country": country, "assumed": ASSUMED_SUBDIVISION[country]}
        yield Finding("assumed_subdivision", f"calendars.{part.key}.holidays", values)


def _never_opens(schedule: Schedule, document: Document) -> bool:
    """Whether nothing is open from the start on."""
    try:
        schedule.add(document.starts_at, 1)
    except NeverOpenError:
        return True
    return False
