"""Whether a notice still says something when its mail is written: in the morning the night is settled."""

from collections.abc import Sequence
from datetime import datetime

from leads.enums import DeclarationState
from leads.models import Declaration
from measurement.enums import ClockState
from measurement.models import Clock
from measurement.states import state_at
from reporting.enums import BreachState, NoticeKind
from reporting.models import Notice

#: About a clock that is to be done: nothing to say once it is.
ABOUT_OPEN_CLOCKS = {
    NoticeKind.ANNOUNCED: frozenset({ClockState.RUNNING, ClockState.PAUSED, ClockState.OVERDUE}),
    NoticeKind.AT_RISK: frozenset({ClockState.RUNNING}),
    NoticeKind.ESCALATED: frozenset({ClockState.RUNNING, ClockState.OVERDUE}),
}
ABOUT_BREACHES = frozenset({NoticeKind.BREACH, NoticeKind.ESCALATED})


def split_topical(notices: Sequence[Notice], *, as_of: datetime) -> tuple[list[Notice], list[Notice]]:
    """Those that are worth a mail, and those whose matter is done; two statements at most."""
    clocks = Clock.objects.in_bulk({notice.clock_id for notice in notices if notice.clock_id})
    decided = _decided(notices)
    topical: list[Notice] = []
    stale: list[Notice] = []
    for notice in notices:
        clock = clocks.get(notice.clock_id) if notice.clock_id else None
        is_topical = _is_topical(notice, clock, as_of) and not _is_decided(notice, decided)
        (topical if is_topical else stale).append(notice)
    return topical, stale


def _decided(notices: Sequence[Notice]) -> frozenset[int]:
    """Of the declarations that they ask to decide upon those that are decided."""
    asked = {notice.body.get("declaration") for notice in notices if notice.kind == NoticeKind.DECLARED}
    if not asked:
        return frozenset()
    decided = Declaration.objects.filter(pk__in=asked).exclude(state=DeclarationState.PENDING)
    return frozenset(decided.values_list("pk", flat=True))


def _is_decided(notice: Notice, decided: frozenset[int]) -> bool:
    return notice.kind == NoticeKind.DECLARED and notice.body.get("declaration") in decided


def _is_topical(notice: Notice, clock: Clock | None, as_of: datetime) -> bool:
    kind = NoticeKind(notice.kind)
    if notice.breach and kind in ABOUT_BREACHES:
        return notice.breach.state in BreachState.live
    if kind in ABOUT_OPEN_CLOCKS:
        return clock is not None and state_at(clock, as_of) in ABOUT_OPEN_CLOCKS[kind]
    return True
