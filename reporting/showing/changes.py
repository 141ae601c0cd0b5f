"""The verdicts that an act on facts changes, as a page tells them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from measurement.effects import CLOCK
from reporting import words
from reporting.showing.promises import title_of
from reporting.showing.reader import Reader


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One clock or one counted thing: what it was and what it is; a tone for each state."""

    commitment_key: str
    title: str
    record: str
    at: datetime
    before: str
    after: str
    before_tone: str
    after_tone: str
    due_before: datetime | None
    due_after: datetime | None


def change_lines(rows: Sequence[Mapping[str, Any]], reader: Reader) -> list[ChangeLine]:
    """The rows of ``reporting.mending.changed_rows``, with the names that the reader may see."""
    reader.learn([row["subject_id"] for row in rows], [])
    return [_line(row, reader) for row in rows]


def _line(row: Mapping[str, Any], reader: Reader) -> ChangeLine:
    promise = reader.promise_named(row["commitment"])
    word = _clock if row["of"] == CLOCK else _unit
    return ChangeLine(
        commitment_key=row["commitment"],
        title=title_of(promise) if promise else row["commitment"],
        record=reader.record(row["subject_id"]),
        at=datetime.fromisoformat(row["at"]),
        before=word(row["before"]),
        after=word(row["after"]),
        before_tone=row["before"] or "none",
        after_tone=row["after"] or "none",
        due_before=_instant(row["due_before"]),
        due_after=_instant(row["due_after"]),
    )


def _clock(state: str | None) -> str:
    return words.clock_state(state) if state else _("no clock")


def _unit(state: str | None) -> str:
    return {
        None: pgettext("counted thing", "not there"),
        "having": pgettext("counted thing", "counts"),
        "lacking": pgettext("counted thing", "counts, and lacks it"),
        "left_out": pgettext("counted thing", "left out"),
    }[state]


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
