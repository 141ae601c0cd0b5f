"""What is a stop and a cancel (or fail) at once: a stop counts before them (CONTRACT §3, Order)."""

from collections.abc import Iterator

from agreements.lints.conditions import exclude
from agreements.lints.findings import Finding
from agreements.terms import Condition, ResponseTerms, Selector

_OPPOSITES = {"gt": "lte", "gte": "lt", "lt": "gte", "lte": "gt"}


def stops_before_endings(key: str, terms: ResponseTerms) -> Iterator[Finding]:
    """Each kind of event that a cancel or fail names in vain, because a stop takes it first."""
    for name in ("cancel", "fail"):
        taken = [ending for ending in getattr(terms, name) if _first(terms, ending)]
        for ending in taken:
            event = min(set(ending.events) & {kind for stop in terms.stop for kind in stop.events})
            values = {"name": name, "event": event}
            if without := next(filter(None, map(_opposite, ending.where)), None):
                yield Finding("stop_before_cancel", f"{key}.stop", {**values, "without": without})
            else:
                yield Finding("stop_and_cancel", f"{key}.stop", values)


def _first(terms: ResponseTerms, ending: Selector) -> bool:
    return any(_takes(stop, ending) for stop in terms.stop)


def _takes(stop: Selector, ending: Selector) -> bool:
    """Whether the stop takes what the ending asks for; a narrower stop is the exception to the rule, and
    one that needs earlier events leaves the others to the ending."""
    return (
        bool(set(stop.events) & set(ending.events))
        and stop.needs is None
        and not set(ending.where) < set(stop.where)
        and not exclude((*stop.where, *ending.where))
        and not _done_by_others(stop, ending)
    )


def _done_by_others(stop: Selector, ending: Selector) -> bool:
    """Whether one is the prospect's act alone and the other never is."""
    pairs = ((set(stop.by), set(ending.by)), (set(ending.by), set(stop.by)))
    return any(one == {"contact"} and not other & {"contact", "anyone"} for one, other in pairs)


def _opposite(condition: Condition) -> str | None:
    """What the stop has to ask for to leave the ending its events, as written; None where no word says it."""
    values = ", ".join(map(str, condition.value)) if isinstance(condition.value, tuple) else condition.value
    match condition.op:
        case "eq":
            return f"{condition.field}: {{not: [{values}]}}"
        case "not":
            return f"{condition.field}: [{values}]"
        case "present":
            return f"{condition.field}: missing"
        case "missing":
            return f"{condition.field}: present"
        case "gt" | "gte" | "lt" | "lte":
            return f"{condition.field}: {{{_OPPOSITES[condition.op]}: {values}}}"
    return None
