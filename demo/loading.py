"""Loads the demo company into a hub: all of it in one transaction, once."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction

from agreements.models import Agreement
from core.audit import record
from demo.agreement import KEY
from demo.cast import SOURCE
from demo.multiplying import multiply
from demo.people import enter_people
from demo.playing import Play, Progress
from demo.stage import Stage
from demo.story import tell
from leads.models import Ref


class NotEmptyError(Exception):
    """The hub holds what is not the demo's."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows of facts were told, and how many of them refused (the story has some bad ones)."""

    facts: int
    refused: int


def is_loaded() -> bool:
    """Whether the demo company is here."""
    return Ref.objects.filter(source=SOURCE).exists()


def load_demo(
    stage: Stage, *, progress: Progress, scale: int = 1, building: Callable[[str], None] = lambda what: None
) -> Loaded | None:
    """Load the company as of the stage; None, changing nothing, where it is here already.

    ``scale``: so many times the accounts and what happened about them; ``building`` hears what is copied.
    One transaction: an interrupted load leaves nothing behind, and nobody judges or publishes in between.
    Raises ``NotEmptyError`` in a hub with other facts or an agreement of the same key.
    """
    with transaction.atomic():
        _one_at_a_time()
        if is_loaded():
            return None
        _refuse_strangers()
        play = Play(stage, tell(stage), enter_people(since=stage.opens), progress)
        play.run()
        multiply(scale, as_of=stage.as_of, progress=building)
        record(
            actor="demo",
            verb="demo.loaded",
            object_type="demo",
            object_id=SOURCE,
            after={
                "as_of": stage.as_of.isoformat(),
                "days": stage.days,
                "scale": scale,
                "facts": play.told,
            },
            as_of=stage.as_of,
        )
        return Loaded(play.told, play.refused)


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('demo.loading'))")


def _refuse_strangers() -> None:
    if stranger := Ref.objects.exclude(source=SOURCE).values_list("source", flat=True).first():
        raise NotEmptyError(
            f"this hub holds facts of {stranger}: the demo company needs one without other facts"
        )
    if Agreement.objects.filter(key=KEY).exists():
        raise NotEmptyError(
            f"this hub has an agreement {KEY} of its own, which the demo company would change"
        )
