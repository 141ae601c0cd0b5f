"""What people say about a breach and what the reader may do with it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from reporting import words
from reporting.acting import Act, allowed_acts, last_undoable
from reporting.acting.caps import Waivers, waivers_in_month
from reporting.deciding import may_decide_on
from reporting.enums import BreachState, DisputeOutcome
from reporting.models import Breach
from reporting.showing.numbers import percent
from reporting.showing.reader import Reader
from reporting.showing.voices import Voices
from reporting.sight import may_act_on


@dataclass(frozen=True, slots=True)
class Argument:
    """One dispute: what the one side says, what the other answers."""

    who: str
    at: datetime
    reason: str
    evidence: str
    outcome_label: str
    decided_by: str
    decided_at: datetime | None
    answer: str


@dataclass(frozen=True, slots=True)
class Remark:
    """One comment."""

    who: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Cap:
    """How far the waivers of the month go."""

    text: str
    is_used_up: bool


@dataclass(frozen=True, slots=True)
class Life:
    """Everything on the page of an exception beside why it was missed."""

    arguments: list[Argument]
    remarks: list[Remark]
    acts: frozenset[str]
    undo_text: str
    cap: Cap | None
    waived_until: datetime | None
    may_speak: bool
    is_period: bool


def life_of(breach: Breach, reader: Reader) -> Life:
    """A handful of statements."""
    disputes, comments = list(breach.disputes.all()), list(breach.comments.all())
    speakers = [one for d in disputes for one in (d.by_id, d.decided_by_id)]
    voices = Voices(breach, [*speakers, *(one.author_id for one in comments)], reader)
    acts = acts_of(breach, reader)
    undoable = last_undoable(breach, by=reader.user, as_of=reader.as_of)
    return Life(
        arguments=[
            Argument(
                who=voices.called(one.by_id, one.by_label, at=breach.missed_at),
                at=one.at,
                reason=one.reason,
                evidence=one.evidence,
                outcome_label=outcome_label(one.outcome),
                decided_by=voices.called(one.decided_by_id, at=breach.missed_at) if one.decided_at else "",
                decided_at=one.decided_at,
                answer=one.answer,
            )
            for one in disputes
        ],
        remarks=[Remark(voices.called(one.author_id, "?", at=None), one.at, one.text) for one in comments],
        acts=acts,
        undo_text=done_text(undoable.verb.removeprefix("breach.")) if undoable else "",
        cap=_cap(breach, reader) if acts & {Act.WAIVE} else None,
        waived_until=breach.waived_until if breach.state == BreachState.WAIVED else None,
        may_speak=not reader.sight.changes_nothing,
        is_period=breach.period_start is not None,
    )


def acts_of(breach: Breach, reader: Reader) -> frozenset[str]:
    """What the reader may do with it now: what its owner's side does, what the other team decides."""
    possible = {act.value for act in allowed_acts(breach.state)}
    decided = {Act.WAIVE.value, Act.REFUSE.value}
    found: set[str] = set()
    if possible - decided and may_act_on(breach, reader.sight):
        found |= possible - decided
    if possible & decided and may_decide_on(breach, reader.sight):
        found |= possible & decided
    return frozenset(found)


def outcome_label(outcome: str | None) -> str:
    """What became of a dispute."""
    return {
        None: _("waits for a manager of the other team"),
        DisputeOutcome.WAIVED: _("agreed: the miss does not count"),
        DisputeOutcome.REFUSED: _("refused: the miss stands"),
        DisputeOutcome.TAKEN_BACK: _("taken back"),
        DisputeOutcome.UNDONE: _("settled by later facts"),
    }[DisputeOutcome(outcome) if outcome else None]


def done_text(act: str) -> str:
    """What the reader just did."""
    return {
        "acknowledge": _("Acknowledged: everybody sees that it is being dealt with."),
        "assign": _("Assigned."),
        "resolve": _("Resolved. The cause counts in the monthly review."),
        "dispute": _("Disputed: a manager of the other team hears of it and decides."),
        "take_back": _("The dispute is taken back."),
        "waive": _("Waived: it does not count any more."),
        "refuse": _("Refused: the miss stands, and your answer is told."),
        "comment": _("Said."),
    }.get(act, words.breach_state("open"))


def cap_text(waivers: Waivers) -> str:
    """``1 of the 14 misses of the month is waived (7 %); 1 may be.``"""
    said = {
        "waived": waivers.waived,
        "misses": waivers.misses,
        "rate": percent(waivers.rate),
        "allowed": waivers.allowed,
    }
    return (
        _("%(waived)s of the month's %(misses)s misses waived (%(rate)s); up to %(allowed)s may be.") % said
    )


def _cap(breach: Breach, reader: Reader) -> Cap | None:
    versions = [one for one in reader.promises if one.key == breach.commitment_key]
    if not versions:
        return None
    before = [one for one in versions if one.starts_at <= (breach.period_start or breach.missed_at)]
    waivers = waivers_in_month((before or versions)[-1], breach.missed_at)
    return Cap(cap_text(waivers), not waivers.left)
