"""A report on a terminal."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.models import User
from reporting import words
from reporting.digests import Sending
from reporting.reading import ReadReport
from reporting.showing.promises import percent
from reporting.showing.reports import off_pace
from reporting.showing.values import Figures

Row = dict[str, Any]


def report_lines(read: ReadReport) -> Iterator[str]:
    """The report line by line, in the active language and zone, with names: it is the operator's."""
    report = read.report
    yield f"{report.team.name} · {date_format(report.day, 'DATE_FORMAT')}"
    instants = {"as_of": _at(report.as_of), "built_at": _at(report.built_at)}
    yield _("as of %(as_of)s, built %(built_at)s") % instants
    yield _summary(read)
    for heading, rows, line in (
        (_("Kept"), read.sections["kept"], _kept),
        (_("To fix today"), read.sections["fix_today"], _to_fix),
        (_("At risk"), read.sections["at_risk"], _at_risk),
        (_("Decided"), read.sections["decided"], _decided),
        (_("Restated"), read.sections["restated"], _restated),
    ):
        number = sum(row.get("met", 1) for row in rows)  # of promises, not of the commitments they are of
        yield f"\n{heading}: {number or _('nothing')}"
        for row in rows:
            yield f"  {line(row, read)}"
    yield ""
    for feed in read.stale_feeds():
        yield _("no facts from %(feed)s since %(last)s") % feed


def sending_lines(sending: Sending) -> Iterator[str]:
    """Who got a mail of a report that was sent by hand, and for the others why not; the operator's."""
    n = len(sending.mailed)
    yield ngettext("%(n)d mail goes out", "%(n)d mails go out", n) % {"n": n}
    yield from (f"  {_named(user)}" for user in sending.mailed)
    for user, at in sending.before:
        yield "  " + _("%(who)s: already sent at %(at)s") % {"who": _named(user), "at": _at(at)}
    for user in sending.idle:
        yield "  " + _("%(who)s: has no item") % {"who": _named(user)}
    if not sending.items:
        yield "  " + _("nobody has an item: nothing to fix, and nothing at risk that is told by mail")
    elif sending.unread:
        left = ngettext(
            "%(n)d item reaches nobody: neither owner nor manager is a user, and there is no administrator",
            "%(n)d items reach nobody: neither owners nor managers are users, and there is no administrator",
            sending.unread,
        )
        yield "  " + left % {"n": sending.unread}


def _named(user: User) -> str:
    return f"{user.name} <{user.email}>" if user.name else user.email


def _summary(read: ReadReport) -> str:
    """One line of figures: of promises that came due, of what is listed below, and of what is not."""
    kept, sections = read.sections["kept"], read.sections
    figures = read.report.body["counts"] | {
        "met": sum(row["met"] for row in kept),
        "missed": sum(row["missed"] for row in kept),
        "to_fix": len(sections["fix_today"]),
        "at_risk": len(sections["at_risk"]),
    }
    return " · ".join(
        text % figures
        for text in (
            _("%(met)d kept, %(missed)d missed"),
            _("%(to_fix)d to fix today"),
            _("%(at_risk)d at risk"),
            _("%(historic)d historic (listed on request)"),
            _("%(left_out)d left out"),
        )
    )


def _kept(row: Row, read: ReadReport) -> str:
    figures = _("%(met)d kept, %(missed)d missed") % row
    promise, value = read.lookup.promises.get(row["commitment"]), percent(row["kept_rate"])
    if promise is not None and row.get("periods"):
        last = Figures.frozen(row["periods"][-1], promise)
        value = f"{last.text} ({_('target %(target)s') % {'target': last.target}})"
    return f"{read.lookup.title(row['commitment'])}: {figures}, {value}"


def _to_fix(row: Row, read: ReadReport) -> str:
    who = read.lookup.who(row)
    state = words.clock_state(row["state"]) if row["state"] else read.lookup.period(row)
    whose = who.name if who else _("no owner")
    about = [_subject(row, read), read.lookup.title(row["commitment"]), state, whose]
    return f"#{row['breach']} {' · '.join(filter(None, about))}\n      → {read.lookup.step(row, names=True)}"


def _at_risk(row: Row, read: ReadReport) -> str:
    about = [_subject(row, read), read.lookup.title(row["commitment"]), read.lookup.period(row)]
    pace = off_pace(row, read.lookup.promises.get(row["commitment"]))
    return " · ".join(filter(None, [*dict.fromkeys(about), pace, _at(_instant(row["due_at"]))]))


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
