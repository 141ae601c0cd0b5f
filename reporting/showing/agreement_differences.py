"""What a version changes, in words: part by part, promise by promise."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from difflib import SequenceMatcher
from html import unescape
from itertools import zip_longest
from typing import Any

from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agreements.composition import compose
from agreements.differences import differences, shown
from agreements.document.order import WAIVERS
from agreements.models import AgreementVersion, Commitment
from agreements.promises import promise_of
from reporting.showing import agreement_words as words
from reporting.showing.agreement_document import ShownCalendar, ShownDocument, ShownPart, shown_document
from reporting.showing.promises import in_full


@dataclass(frozen=True, slots=True)
class Change:
    """``Allowed time: within 2 business hours → within 4 business hours``; an empty side: new, or removed."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """All that changes under one heading; ``whole`` is "added" or "removed" where all of it came or went."""

    title: str
    changes: Sequence[Change] = ()
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions compared: in the reader's language, and line by line as they are written."""

    groups: list[Changes]
    lines: list[str]


def comparison(before: AgreementVersion, after: AgreementVersion) -> Comparison:
    """What the later version changes; texts in another language than the reader's are in ``lines`` only."""
    documents = shown_document(before), shown_document(after)
    groups = [
        Changes(words.part_title("about"), list(_about(before, after, documents[1].names))),
        *_parts(*documents),
        *_promises(before, after),
        *_calendars(*documents),
    ]
    lines = differences(compose(before), compose(after))
    return Comparison([group for group in groups if group.changes or group.whole], lines)


def _about(before: AgreementVersion, after: AgreementVersion, names: Mapping[str, str]) -> Iterator[Change]:
    def said(version: AgreementVersion) -> list[tuple[str, str]]:
        content = version.document
        return [
            (_("Title"), words.here(version.title)),
            (_("In force from"), date_format(version.effective_from, "DATE_FORMAT")),
            (_("Form"), {"short": _("short"), "long": _("long")}[version.form]),
            (_("Parties"), _listed(content.get("parties"), names)),
            (_("Further teams"), _listed(content.get("teams"), names)),
            (_("Clocks that run at the start"), words.open_clocks(content.get("open_clocks", "keep"))),
            (_("Misses that may be waived"), content.get("waivers", WAIVERS)),
        ]

    yield from _by_label(said(before), said(after))


def _listed(slugs: Iterable[str] | None, names: Mapping[str, str]) -> str:
    return ", ".join(names.get(slug, slug) for slug in slugs or ())


def _parts(before: ShownDocument, after: ShownDocument) -> Iterator[Changes]:
    old, new = ({part.key: part for part in document.parts} for document in (before, after))
    for key in dict.fromkeys([*new, *old]):
        changes = [*_texts(old.get(key), new.get(key)), *_rows(old.get(key), new.get(key))]
        yield Changes(words.part_title(key), changes)


def _texts(old: ShownPart | None, new: ShownPart | None) -> Iterator[Change]:
    sides = [_lines_of(part.text) if part else [] for part in (old, new)]
    yield from _in_sequence(_("Text"), *sides)


def _rows(old: ShownPart | None, new: ShownPart | None) -> Iterator[Change]:
    sides = [part.rows if part else {} for part in (old, new)]
    for name in dict.fromkeys([*sides[1], *sides[0]]):
        lists = [_told(side.get(name)) for side in sides]
        yield from _in_sequence(words.rows_name(name), *lists)


def _told(rows: Any) -> list[str]:
    """Rows of a part as one line each."""
    if not rows or isinstance(rows, str):
        return [rows] if rows else []
    return [_line(row) for row in rows]


def _line(row: Any) -> str:
    values = asdict(row) if is_dataclass(row) and not isinstance(row, type) else row
    if isinstance(values, Mapping):
        values = [value for key, value in values.items() if key not in ("commitment", "status")]
    return " · ".join(" ".join(_plain(value).split()) for value in values if value not in (None, ""))


def _lines_of(html: str) -> list[str]:
    """The paragraphs and points of a text, without their marks."""
    return [line.strip() for line in _plain(html).splitlines() if line.strip()]


def _plain(value: Any) -> str:
    """A value as a text: of HTML that was made here what it says, everything else as it is written."""
    return unescape(strip_tags(value)) if isinstance(value, SafeString) else str(value)


def _in_sequence(label: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    """Lines that were rewritten, added or taken out."""
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            for was, now in zip_longest(old[a:b], new[c:d], fillvalue=""):
                yield Change(label, was, now)


def _promises(before: AgreementVersion, after: AgreementVersion) -> Iterator[Changes]:
    old, new = ({row.key: row for row in _commitments(version)} for version in (before, after))
    for key in dict.fromkeys([*new, *old]):
        title = _("Commitment %(key)s") % {"key": key}
        if key in old and key in new:
            yield Changes(title, list(_by_label(_terms(old[key]), _terms(new[key]))))
        else:
            yield Changes(title, whole=_("added") if key in new else _("removed"))


def _commitments(version: AgreementVersion) -> list[Commitment]:
    rows = version.commitments.select_related("owner", "calendar__calendar", "version__agreement")
    return list(rows.order_by("position"))


def _terms(row: Commitment) -> list[tuple[str, str]]:
    terms = row.terms
    said = [
        (_("Title"), words.here(terms.get("title"))),
        (_("Owner"), row.owner.name),
        (_("Kind"), row.kind),
        *((term.label, term.text) for term in in_full(promise_of(row)) if term.label != _("In force")),
        (_("Calendar"), row.calendar.calendar.key if row.calendar else ""),
        (_("Playbook"), words.here(terms.get("playbook"))),
    ]
    return said + [
        (label, shown(terms[key])) for key, label in words.how_it_is_told().items() if key in terms
    ]


def _calendars(before: ShownDocument, after: ShownDocument) -> Iterator[Changes]:
    old, new = ({calendar.key: calendar for calendar in doc.calendars} for doc in (before, after))
    for key in dict.fromkeys([*new, *old]):
        title = _("Calendar %(key)s") % {"key": key}
        if key in old and key in new:
            yield Changes(title, list(_by_label(_hours(old[key]), _hours(new[key]))))
        else:
            yield Changes(title, whole=_("added") if key in new else _("removed"))


def _hours(calendar: ShownCalendar) -> list[tuple[str, str]]:
    return [
        (_("Time zone"), calendar.timezone),
        *calendar.week,
        (_("Public holidays"), calendar.holidays),
        (_("Closed as well on"), ", ".join(calendar.closed)),
        *((_("Open on %(day)s") % {"day": day}, hours) for day, hours in calendar.opened),
    ]


def _by_label(old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]) -> Iterator[Change]:
    """What is said under the same label, in the order of the new wording."""
    was, now = _joined(old), _joined(new)
    for label in dict.fromkeys([*now, *was]):
        if was.get(label, "") != now.get(label, ""):
            yield Change(label, was.get(label, ""), now.get(label, ""))


def _joined(said: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for label, text in said:
        found[label] = "; ".join(filter(None, [found.get(label, ""), text]))
    return found
