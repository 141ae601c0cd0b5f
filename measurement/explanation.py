"""Why a clock stands as it does: told from its stored evidence, in English and French (CONTRACT §4)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from agreements.durations import describe
from agreements.enums import Kind
from agreements.terms.kinds import ChecklistTerms
from agreements.terms.values import Promise, Selector
from agreements.texts import localized
from measurement.segments import segments_of
from measurement.states import ClockLike, end_of, state_at
from measurement.telling import Labels, Story
from measurement.telling_checklists import ChecklistStory, told_steps
from measurement.verdicts import Note, Role, read, written
from measurement.wording import LANGUAGES
from measurement.wording.entries import entered
from measurement.wording.kinds import any_of, the
from measurement.wording.phrases import say
from measurement.wording.steps import step_name

__all__ = ["Labels", "explain"]

_SECOND = timedelta(seconds=1)


def explain(
    clock: ClockLike, *, promise: Promise, as_of: datetime, labels: Labels | None = None
) -> dict[str, Any]:
    """The explanation of a clock as it stands at an instant, ready for JSON; instants as ``…Z``.

    ``promise`` is the one of the clock's own version. Seconds of segments and owners are by the wall clock.
    """
    known = labels or Labels()
    as_of = max(as_of.replace(microsecond=0), clock.started_at)
    story = story_of(clock, promise, as_of, known)
    return {
        "sentence": {language: story.told_in(language) for language in LANGUAGES},
        "state": str(state_at(clock, as_of)),
        "segments": segments_of(clock, promise.schedule, as_of),
        "events": [_event(entry, known) for entry in clock.evidence if _is_known(entry, as_of)],
        "steps": told_steps(clock, promise, as_of, known) if promise.kind is Kind.CHECKLIST else [],
        "owners": _owners(clock, as_of, known),
        "clause": _clause(promise, known),
        "version": promise.version_number,
    }


def _is_known(entry: Mapping[str, Any], as_of: datetime) -> bool:
    return entry["at"] is None or read(entry["at"]) <= as_of


def _event(entry: Mapping[str, Any], labels: Labels) -> dict[str, Any]:
    return {
        **entry,
        "declared": bool(entry.get("declared")),
        "recorded_at": entry.get("recorded"),
        "as": entry.get("as", entry["role"]),
        "fact": labels.facts.get(entry["event"]),
        "name": labels.members.get(entry["actor"]) if entry["actor"] is not None else None,
        "what": {one: the(entry["kind"], one, labels.kinds) if entry["kind"] else "" for one in LANGUAGES},
        "effect": {one: _effect(entry, one) for one in LANGUAGES},
    }


def _effect(entry: Mapping[str, Any], language: str) -> str:
    """What it did, and how it came to be known where that took a person or its time."""
    return ", ".join(filter(None, (effect_of(entry, language), entered(entry, language))))


def effect_of(entry: Mapping[str, Any], language: str) -> str:
    """What one event of the evidence did to the clock, in a few words."""
    match entry["role"]:
        case Role.IGNORED:
            return say("effect_ignored", language, why=why_not(entry, language))
        case Role.OMITTED:
            return say("effect_omitted", language, number=entry["note"])
        case Role.STEP:
            effect = "effect_step_early" if entry.get("early") else "effect_step"
            return say(effect, language, step=step_name(entry["note"], language))
        case Role.PART:
            return say("effect_part", language, sum=entry["sum"], of=entry["of"])
        case Role.MOVED:
            return say("effect_moved", language, old=entry["note"])
    special = entry["note"] in (Note.EARLY, Note.NO_EFFECT)
    return say(f"effect_{entry['note'] if special else entry['role']}", language)


def why_not(entry: Mapping[str, Any], language: str) -> str:
    """Why an act of the evidence did not count."""
    return say(entry["note"], language, field=entry.get("field", ""))


def _owners(clock: ClockLike, as_of: datetime, labels: Labels) -> list[dict[str, Any]]:
    """The spans up to the instant or the end; their seconds add up to the elapsed time."""
    end = end_of(clock)
    until = as_of if end is None else max(min(end, as_of), clock.started_at)
    told: list[dict[str, Any]] = []
    for span in clock.owners:
        start, stop = read(span["from"]), min(until if span["to"] is None else read(span["to"]), until)
        if start < stop or not told:
            told.append(
                {
                    "member": span["member"],
                    "name": labels.members.get(span["member"]),
                    "from": span["from"],
                    "to": written(max(stop, start)),
                    "seconds": max((stop - start) // _SECOND, 0),
                }
            )
    return told


def story_of(clock: ClockLike, promise: Promise, as_of: datetime, labels: Labels) -> Story:
    """The story of a clock, told as its kind of promise asks."""
    told_as = ChecklistStory if promise.kind is Kind.CHECKLIST else Story
    return told_as(clock, promise, as_of, labels)


def _clause(promise: Promise, labels: Labels) -> dict[str, Any]:
    terms = promise.terms
    return {
        "commitment": promise.key,
        "agreement": promise.agreement_key,
        "version": promise.version_number,
        "title": {one: localized(terms.title, one) or promise.key for one in LANGUAGES},
        "start": {one: any_of(_kinds(terms.start), one, labels.kinds) for one in LANGUAGES},
        "stop": {one: any_of(_stops(terms), one, labels.kinds) for one in LANGUAGES},
        "within": {one: _within(terms, one) for one in LANGUAGES},
    }


def _stops(terms: Any) -> list[str]:
    return [terms.steps.event] if isinstance(terms, ChecklistTerms) else _kinds(terms.stop)


def _within(terms: Any, language: str) -> str:
    if not isinstance(terms, ChecklistTerms):
        return describe(terms.within, language)
    steps = terms.steps.within
    return ", ".join(
        f"{step_name(value, language)} ({describe(within, language)})" for value, within in steps
    )


def _kinds(selectors: tuple[Selector, ...]) -> list[str]:
    return [kind for selector in selectors for kind in selector.events]
