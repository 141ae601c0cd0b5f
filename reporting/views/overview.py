"""The first page: are the promises kept, what is to be dealt with, what is due next."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.bounded import counted
from core.instants import parse_instant
from measurement.models import Clock
from people.models import Team
from reporting.feeds import feeds_as_of
from reporting.models import Breach, DailyReport
from reporting.showing.absences import covering, own_absence
from reporting.showing.cards import PromiseCard, cards
from reporting.showing.items import clock_items, exception_items
from reporting.showing.pairs import together
from reporting.showing.reader import Reader

SHOWN = 5
LATEST = 500
SILENT = timedelta(days=1)
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class TeamPromises:
    """What one team promised; ``paired``: how many more stand on a card with what opposes them."""

    team: Team
    cards: list[PromiseCard]
    paired: int


@require_safe
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """Both teams' promises side by side, under what waits for the reader."""
    now = timezone.now()
    return render(request, "pages/overview.html", {"now": now, "page": _page(request.user, now)})


def _page(user: Any, now: datetime) -> dict[str, Any]:
    reader = Reader(user, as_of=now)
    all_live = Breach.objects.visible_to(user, as_of=now).live()
    live = all_live.tellable().select_related("assignee")
    due = Clock.objects.visible_to(user, as_of=now).not_due(now).order_by("due_at", "id")
    made = _cards(reader)
    opposing = together(made, reader)
    return {
        "together": opposing,
        "sides": _sides(made, {card.key for one in opposing for card in one.cards}),
        "live_count": counted(live),
        "historic_count": counted(all_live.historic()),
        "todo": exception_items(_what_helps_first(live)[:SHOWN], reader),
        "due_next": clock_items(due[:SHOWN], reader),
        "latest_report": _latest_report(reader),
        "silent_sources": _silent_sources(now),
        "away": own_absence(reader),
        "covering": covering(reader),
        "starts_at": min((p.starts_at for p in reader.promises if p.starts_at > now), default=None),
    }


def _what_helps_first(breaches: QuerySet) -> QuerySet:
    """What can still be done, the latest miss first; then what is over and waits for its cause.

    Of the latest misses: what helps is among them, and those of years need not be put in order.
    """
    latest = breaches.order_by("-missed_at", "-id").values("pk")[:LATEST]
    can_be_done = Exists(Clock.objects.open().filter(pk=OuterRef("clock_id")))
    return (
        breaches.filter(pk__in=latest)
        .annotate(can_be_done=can_be_done)
        .order_by("-can_be_done", "-missed_at", "-id")
    )


def _latest_report(reader: Reader) -> DailyReport | None:
    """The latest one, of the reader's own teams first."""
    visible = DailyReport.objects.visible_to(reader.user, as_of=reader.as_of).select_related("team")
    latest = visible.order_by("-day", "team")
    own = latest.filter(team_id__in=reader.sight.team_ids | reader.sight.managed_team_ids)
    return own.first() or latest.first()


def _cards(reader: Reader) -> list[PromiseCard]:
    """The promises in force, by side and team, as the agreement orders them."""
    made = cards(reader.promises_in_force, reader)
    return sorted(made, key=lambda card: (card.team.side, card.team.slug, card.number))


def _sides(made: Sequence[PromiseCard], paired: Collection[str]) -> list[TeamPromises]:
    """What each team promised, without what stands on a card with its opposite."""
    found = []
    for _team, some in groupby(made, lambda card: card.team.pk):
        own = list(some)
        alone = [card for card in own if card.key not in paired]
        found.append(TeamPromises(own[0].team, alone, len(own) - len(alone)))
    return found


def _silent_sources(now: datetime) -> list[tuple[str, datetime]]:
    """Sources that brought nothing for a day, each with its last receipt."""
    last: dict[str, datetime] = {}
    for feed in feeds_as_of(now, silent_since=now - SILENT):
        if feed["stale"]:
            source = feed["feed"].partition(":")[0]
            last[source] = max(last.get(source, NEVER), parse_instant(feed["last"]))
    return sorted(last.items())
