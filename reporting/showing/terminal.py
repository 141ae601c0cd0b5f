"""A report on a terminal."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from reporting import words
from reporting.reading import ReadReport
from reporting.showing.promises import percent

Row = dict[str, Any]


def report_lines(read: ReadReport) -> Iterator[str]:
    """The report line by line, in the active language and zone, with names: it is the operator's."""
    report = read.report
    yield f"{report.team.name} · {date_format(report.day, 'DATE_FORMAT')}"
    instants = {"as_of": _at(report.as_of), "built_at": _at(report.built_at)}
    yield _("as of %(as_of)s, built %(built_at)s") % instants
    for heading, rows, line in (
        (_("Kept"), read.sections["kept"], _kept),
        (_("To fix today"), read.sections["fix_today"], _to_fix),
        (_("At risk"), read.sections["at_risk"], _at_risk),
        (_("Decided"), read.sections["decided"], _decided),
        (_("Restated"), read.sections["restated"], _restated),
    ):
        yield f"\n{heading}: {len(rows) or _('nothing')}"
        for row in rows:
            yield f"  {line(row, read)}"
    yield ""
    yield _("historic (listed on request): %(historic)d, left out: %(left_out)d") % report.body["counts"]
    for feed in read.stale_feeds():
        yield _("no facts from %(feed)s since %(last)s") % feed


def _kept(row: Row, read: ReadReport) -> str:
    figures = _("%(met)d kept, %(missed)d missed") % row
    return f"{read.lookup.title(row['commitment'])}: {figures}, {percent(row['kept_rate'])}"


def _to_fix(row: Row, read: ReadReport) -> str:
    who = read.lookup.who(row)
    state = words.clock_state(row["state"]) if row["state"] else ""
    whose = who.name if who else _("no owner")
    about = [_subject(row, read), read.lookup.title(row["commitment"]), state, whose]
    return f"#{row['breach']} {' · '.join(filter(None, about))}\n      → {read.lookup.step(row, names=True)}"


def _at_risk(row: Row, read: ReadReport) -> str:
    return f"{_subject(row, read)} · {read.lookup.title(row['commitment'])} · {_at(_instant(row['due_at']))}"


def _decided(row: Row, read: ReadReport) -> str:
    cause = words.root_cause(row["root_cause"]) if row["root_cause"] else ""
    parts = [_subject(row, read), words.breach_state(row["decision"]), cause]
    return f"#{row['breach']} {' · '.join(filter(None, parts))}"


def _restated(row: Row, read: ReadReport) -> str:
    then, now = words.told_state(row["reported"]), words.told_state(row["now"])
    change = {"then": then, "day": row["reported_on"], "now": now}
    text = _("reported %(then)s on %(day)s, now %(now)s") % change
    return f"{_subject(row, read)} · {read.lookup.title(row['commitment'])} · {text}"


def _subject(row: Row, read: ReadReport) -> str:
    label = read.lookup.labels.get(row["subject"])
    return str(label) if label else read.lookup.title(row["commitment"])


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _at(instant: datetime) -> str:
    return date_format(instant.astimezone(get_current_timezone()), "DATETIME_FORMAT")
