"""Declared facts as pages show them: what may be declared, and declarations with who says so."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from agreements.texts import localized
from leads.enums import DeclarationState
from leads.models import Declaration
from measurement.models import Clock
from measurement.wording.kinds import the
from measurement.wording.phrases import capital
from measurement.wording.steps import step_name
from measurement.wording.times import span
from reporting.declared import Need, may_decide, may_take_back
from reporting.showing.items import ClockItem, clock_items
from reporting.showing.reader import Reader

QUICK = 8
AT_ONCE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Offer:
    """One kind of act that the reader may declare, and the promises that it may count for."""

    kind: str
    label: str
    promises: str


@dataclass(frozen=True, slots=True)
class DeclarationItem:
    """One declaration as a reader sees it."""

    id: int
    what: str
    record: str
    record_type: str
    source: str
    external_id: str
    occurred_at: datetime
    until: datetime | None
    entered: str
    by: str
    is_own: bool
    link: str
    note: str
    state: str
    state_label: str
    tone: str
    why: str
    decided_at: datetime | None
    decided_by: str
    may_decide: bool
    may_take_back: bool


def offers(needs: Collection[Need]) -> list[Offer]:
    """What may be declared, in words."""
    language = get_language() or "en"
    return [
        Offer(need.kind, act_label(need.kind), ", ".join(localized(title, language) for title in need.titles))
        for need in needs
    ]


def act_label(kind: str) -> str:
    """What somebody says who declares an act of this kind."""
    said = {
        "call.made": _("I called"),
        "email.sent": _("I sent an e-mail"),
        "message.sent": _("I sent a message"),
        "meeting.booked": _("I booked a meeting"),
        "meeting.held": _("I held a meeting"),
        "meeting.listened": _("I listened to a customer meeting"),
        "campaign.leads_uploaded": _("I uploaded the leads of an event"),
        "content.announced": _("I announced content"),
        "chat.online": _("I staffed the chat"),
        "chat.answered": _("I answered a chat"),
    }
    return said.get(kind) or kind_name(kind)


def kind_name(kind: str) -> str:
    """What happened: "The call"."""
    return capital(the(kind, get_language() or "en", {}))


def channel_choices(need: Need) -> list[tuple[str, str]]:
    """The steps that an announcement can be, in words."""
    return [(value, capital(step_name(value, get_language() or "en"))) for value in need.channels]


def open_clocks(need: Need, reader: Reader) -> list[tuple[int, ClockItem]]:
    """The reader's own open clocks that such an act may stop with their records, the most urgent first."""
    mine = Clock.objects.open().owned_by(reader.user).for_commitment(need.promises)
    clocks = list(mine.filter(subject_type__in=need.types).by_urgency()[:QUICK])
    return list(zip((clock.subject_id for clock in clocks), clock_items(clocks, reader), strict=True))


def declaration_items(rows: Collection[Declaration], reader: Reader) -> list[DeclarationItem]:
    """Declarations as rows; a few statements whatever their number."""
    reader.learn([row.subject_id for row in rows], [])
    return [_item(row, reader) for row in rows]


def _item(row: Declaration, reader: Reader) -> DeclarationItem:
    type_, source, external_id = reader.address(row.subject_id)
    own = row.declared_by_id is not None and row.declared_by_id == reader.user.pk
    return DeclarationItem(
        id=row.pk,
        what=kind_name(row.kind),
        record=reader.record(row.subject_id) if row.subject_id else "",
        record_type=type_,
        source=source,
        external_id=external_id,
        occurred_at=row.occurred_at,
        until=row.until,
        entered=entered_after(row.occurred_at, row.declared_at),
        by=_by(row, reader),
        is_own=own,
        link=row.link,
        note=row.note,
        state=row.state,
        state_label=state_label(row),
        tone={"confirmed": "kept", "refuted": "missed"}.get(row.state, "at_risk"),
        why=row.why,
        decided_at=row.decided_at,
        decided_by=_decider(row, reader),
        may_decide=may_decide(row, reader.sight),
        may_take_back=may_take_back(row, reader.sight),
    )


def entered_after(occurred_at: datetime, entered_at: datetime) -> str:
    """ "entered 3 d later", where that took a while."""
    passed = entered_at - occurred_at
    if passed < AT_ONCE:
        return _("entered at once")
    later = span(int(passed.total_seconds()), get_language() or "en")
    return _("entered %(later)s later") % {"later": later}


def state_label(row: Declaration) -> str:
    """What became of it, in words."""
    if row.state == DeclarationState.REFUTED and row.decided_by_id == row.declared_by_id:
        return pgettext("declared fact", "taken back")
    return {
        "pending": pgettext("declared fact", "waiting for the other team"),
        "confirmed": pgettext("declared fact", "confirmed"),
        "refuted": pgettext("declared fact", "refuted"),
    }[row.state]


def _by(row: Declaration, reader: Reader) -> str:
    person = row.declared_by
    if person is None:
        return _("somebody who has left")
    team_id = row.team_id or 0
    if reader.sight.sees_name_of(person.pk, team_id, row.occurred_at):
        return str(person)
    return row.team.name if row.team else _("somebody")


def _decider(row: Declaration, reader: Reader) -> str:
    """Who decided, by name to themselves only: the word is the team's."""
    if row.decided_by_id is None:
        return ""
    return _("you") if row.decided_by_id == reader.user.pk else _("the other team")
