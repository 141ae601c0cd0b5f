"""The demo company's agreement: its text for a start date, and the calendars in it."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from string import Template

from agreements.business_time import Schedule
from agreements.calendars import schedule_from
from agreements.document import read_yaml
from agreements.public_holidays import expand

FILE = Path(__file__).with_name("smarketing.yaml")
KEY = "smarketing"


def text_of(effective_from: date) -> str:
    """The YAML of the agreement that takes effect on the day; its baseline is the half-year before."""
    until = effective_from - timedelta(days=1)
    return Template(FILE.read_text(encoding="utf-8")).substitute(
        effective_from=effective_from.isoformat(),
        baseline_from=(until - timedelta(days=181)).isoformat(),
        baseline_to=until.isoformat(),
    )


def offices_of(text: str, *, since: date, until: date) -> Mapping[str, Schedule]:
    """The schedules of the agreement's calendars by key, with the public holidays of these years."""
    years = range(since.year, until.year + 1)
    found = {}
    for key, definition in read_yaml(text).data["calendars"].items():
        place = definition["holidays"]
        closed = expand(place["country"], place.get("subdivision"), years)
        found[key] = schedule_from(definition, {day.isoformat(): name for day, name in closed.items()})
    return found
