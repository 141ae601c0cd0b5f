"""The first page: are the promises kept, what is to be dealt with, what is due next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from measurement.models import Clock
from people.models import Team
from reporting.feeds import feeds_as_of
from reporting.models import Breach, DailyReport
from reporting.showing.cards import PromiseCard, cards
from reporting.showing.items import clock_items, exception_items
from reporting.showing.reader import Reader

SHOWN = 5
SILENT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TeamPromises:
    """What one team promised."""

    team: Team
    cards: list[PromiseCard]


@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """Both teams' promises side by side, under what waits for the reader."""
    now = timezone.now()
    return render(request, "pages/overview.html", {"now": now, "page": _page(request.user, now)})


def _page(user: Any, now: datetime) -> dict[str, Any]:
    reader = Reader(user, as_of=now)
    live = Breach.objects.visible_to(user, as_of=now).live().tellable()
    due = Clock.objects.visible_to(user, as_of=now).running(now).order_by("due_at", "id")
    return {
        "sides": _sides(reader),
        "live_count": live.count(),
        "todo": exception_items(
            live.select_related("assignee").order_by("-missed_at", "-id")[:SHOWN], reader
        ),
        "due_next": clock_items(due[:SHOWN], reader),
        "latest_report": DailyReport.objects.visible_to(user, as_of=now).select_related("team").first(),
        "stale_feeds": [feed for feed in feeds_as_of(now, silent_since=now - SILENT) if feed["stale"]],
    }


def _sides(reader: Reader) -> list[TeamPromises]:
    made = sorted(
        cards(reader.promises_in_force, reader),
        key=lambda card: (card.team.side, card.team.slug, card.number),
    )
    return [
        TeamPromises(reader.teams[team_id], list(some))
        for team_id, some in groupby(made, lambda c: c.team.pk)
    ]
