"""One mail from a report and its reader: in the reader's language and zone, the action first."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from reporting import words
from reporting.digests.readers import Reader, Row
from reporting.enums import BreachType
from reporting.reading import ReadReport
from reporting.showing.promises import percent
from reporting.showing.reports import off_pace

INLINER = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
FIRST_MONTH_ITEMS = 3
ITEMS = 10


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready for the outbox."""

    to: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do: what, whose, by when it should have been, the next step."""

    step: str
    why: str
    what: str
    context: str
    commitment: str
    state: str | None
    state_label: str
    is_period: bool
    since: datetime
    owner: str
    is_mine: bool
    is_new: bool
    is_unassigned: bool
    is_unreached: bool
    covered: str
    url: str


@dataclass(frozen=True, slots=True)
class DueItem:
    """Something that is not late yet."""

    what: str
    context: str
    commitment: str
    due_at: datetime
    is_unassigned: bool
    url: str


@dataclass(frozen=True, slots=True)
class GoodNews:
    """What was kept since the report before (or in the week), by the reader or by the team."""

    met: int
    missed: int
    of_team: bool

    @property
    def judged(self) -> int:
        """How many promises came to an end."""
        return self.met + self.missed

    @property
    def rate(self) -> str:
        """The kept rate, in the reader's language."""
        return percent(self.met / self.judged) if self.judged else ""


def digest(read: ReadReport, reader: Reader, *, newcomer: bool) -> Letter:
    """The mail about what this reader has to do; a newcomer is shown three items at most, others ten."""
    with _AsTheReader(reader):
        rows = reader.mine + reader.team if not reader.is_manager else _unassigned_first(reader)
        shown = rows[: FIRST_MONTH_ITEMS if newcomer else ITEMS]
        due = reader.at_risk[: FIRST_MONTH_ITEMS if newcomer else ITEMS]
        return _letter(
            "digest",
            reader,
            {
                **_frame(read, reader),
                "items": [_item(row, read, reader) for row in shown],
                "total": len(rows),
                "others": len(rows) - 1,
                "more": len(rows) - len(shown),
                "due": [_due(row, read) for row in due],
                "others_due": len(reader.at_risk) - 1,
                "more_due": len(reader.at_risk) - len(due),
                "good_news": _good_news([read], reader),
                "restated": len(read.sections["restated"]) if reader.is_manager else 0,
            },
        )


def all_kept(read: ReadReport, week: Iterable[ReadReport], reader: Reader) -> Letter | None:
    """The weekly mail to a reader with nothing to do: only where all of the week's promises were kept."""
    news = _good_news(week, reader)
    if not news.met or news.missed:
        return None
    with _AsTheReader(reader):
        return _letter("all_kept", reader, {**_frame(read, reader), "good_news": news})


def _letter(name: str, reader: Reader, context: dict[str, Any]) -> Letter:
    subject = " ".join(render_to_string(f"mail/{name}/subject.txt", context).split())
    html = render_to_string(f"mail/{name}/body.html", {**context, "subject": subject})
    text = render_to_string(f"mail/{name}/body.txt", context)
    return Letter(reader.user.email, subject, text.strip() + "\n", INLINER.inline(html))


def _frame(read: ReadReport, reader: Reader) -> dict[str, Any]:
    """What every mail shows around its message."""
    report = read.report
    return {
        "language": translation.get_language(),
        "reader": reader,
        "first_name": _first_name(reader),
        "team": report.team.name,
        "day": report.day,
        "as_of": report.as_of,
        "built_at": report.built_at if read.was_built_late() else None,
        "zone": reader.user.timezone,
        "stale": sorted({feed["feed"].split(":", 1)[0] for feed in read.stale_feeds()}),
        "last_facts": _last_facts(read),
        "exceptions_url": _absolute("exceptions"),
        "report_url": _absolute("report", report.day.isoformat(), report.team.slug),
    }


def _item(row: Row, read: ReadReport, reader: Reader) -> Item:
    who = read.lookup.who(row)
    label = read.lookup.labels.get(row["subject"])
    covered = reader.covered.get(row["breach"])
    is_mine = covered is not None or (who is not None and who.user_id == reader.user.pk)
    is_unreached = row["breach"] in reader.unreached and who is not None
    return Item(
        step=_step(row, read, who.name if who and is_unreached else None, is_mine),
        why=read.lookup.why(row, as_of=read.report.as_of, named=_named(read, reader)),
        what=label.name if label else read.lookup.title(row["commitment"]),
        context=label.context if label else read.lookup.period(row),
        commitment=read.lookup.title(row["commitment"]),
        state=row["state"],
        state_label=words.clock_state(row["state"]) if row["state"] else "",
        is_period=row["type"] == BreachType.PERIOD,
        since=datetime.fromisoformat(row["missed_at"]),
        owner=who.name if who else "",
        is_mine=is_mine,
        is_new=row["new"],
        is_unassigned=who is None and row["type"] == BreachType.CLOCK,
        is_unreached=is_unreached,
        covered=str(covered) if covered else "",
        url=_absolute("exception", row["breach"]),
    )


def _step(row: Row, read: ReadReport, unreached: str | None, is_mine: bool) -> str:
    """What to do; of what nobody receives somebody has to be found first."""
    step = read.lookup.step(row, names=True, mine=is_mine)
    if unreached is None:
        return step
    found = _("%(name)s is not there and nobody covers: give it to somebody now.") % {"name": unreached}
    return f"{found} {step}"


def _named(read: ReadReport, reader: Reader) -> Collection[int]:
    """A manager reads their team's names, anybody else their own and those of whom they cover."""
    return read.lookup.owners.keys() if reader.is_manager else reader.own_members


def _due(row: Row, read: ReadReport) -> DueItem:
    label, promise = read.lookup.labels.get(row["subject"]), read.lookup.promises.get(row["commitment"])
    return DueItem(
        what=label.name if label else read.lookup.title(row["commitment"]),
        context=label.context if label else read.lookup.period(row),
        commitment=read.lookup.title(row["commitment"]) if label else off_pace(row, promise),
        due_at=datetime.fromisoformat(row["due_at"]),
        is_unassigned=row["owner"] is None and row["subject"] is not None,
        url=_absolute("clock", row["clock"]) if row["clock"] else _absolute("reading", row["reading"]),
    )


def _good_news(reports: Iterable[ReadReport], reader: Reader) -> GoodNews:
    """A manager's is their team's; anybody else's is their own, and by name to nobody else."""
    met = missed = 0
    for read in reports:
        figures: Iterable[Mapping[str, Any]] = read.sections["kept"]
        if not reader.is_manager:
            people = read.people()
            figures = [people[member] for member in reader.member_ids if member in people]
        met += sum(row["met"] for row in figures)
        missed += sum(row["missed"] for row in figures)
    return GoodNews(met, missed, reader.is_manager)


def _unassigned_first(reader: Reader) -> list[Row]:
    """Nobody else will see to what nobody owns or receives; then the manager's own, then the team's."""
    nobodys = [row for row in reader.team if _is_nobodys(row) or row["breach"] in reader.unreached]
    return nobodys + reader.mine + [row for row in reader.team if row not in nobodys]


def _is_nobodys(row: Row) -> bool:
    return row["assignee"] is None and row["owner"] is None


def _last_facts(read: ReadReport) -> datetime | None:
    instants = [datetime.fromisoformat(feed["last"]) for feed in read.report.body["freshness"]]
    return max(instants, default=None)


def _first_name(reader: Reader) -> str:
    return reader.user.name.split()[0] if reader.user.name.strip() else ""


def _absolute(name: str, *args: object) -> str:
    return settings.SITE_URL + reverse(name, args=args)


class _AsTheReader:
    """The reader's language and zone, for as long as a mail is written."""

    def __init__(self, reader: Reader) -> None:
        self._language = translation.override(reader.user.language)
        self._zone = timezone.override(ZoneInfo(reader.user.timezone))

    def __enter__(self) -> None:
        self._language.__enter__()
        self._zone.__enter__()

    def __exit__(self, *error: Any) -> None:
        self._zone.__exit__(*error)
        self._language.__exit__(*error)


def week_of(day: date) -> date:
    """The day after which reports belong to the week that a weekly mail looks back on."""
    return date.fromordinal(day.toordinal() - 7)
