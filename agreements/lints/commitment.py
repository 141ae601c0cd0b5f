"""What strikes about one commitment."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from fractions import Fraction

from agreements.document import CommitmentPart, Document
from agreements.durations import Duration, Measure
from agreements.enums import Kind
from agreements.lints.conditions import contradiction, covers
from agreements.lints.findings import Finding, Surroundings
from agreements.lints.kinds import kind_findings
from agreements.lints.roles import unknown_buyer_roles
from agreements.lints.simultaneous import stops_before_endings
from agreements.terms import (
    ChecklistTerms,
    Condition,
    CoverageTerms,
    RateTerms,
    ResponseTerms,
    Selector,
    Target,
    VolumeTerms,
)
from agreements.terms.kinds import Having

MEASURED = frozenset(Kind)
ROLES = ("owner", "cover", "manager", "team")
_ENDINGS = ("stop", "cancel", "fail")


def commitment_findings(part: CommitmentPart, document: Document, around: Surroundings) -> Iterator[Finding]:
    """Everything about one commitment; ``where`` starts with its key."""
    terms = part.parsed
    if not around.lines.get(part.owner, frozenset({part.owner})) & _holders(document):
        yield Finding("owner_not_a_party", f"{part.key}.owner", {"team": part.owner})
    if isinstance(terms, ResponseTerms):
        yield from _response(part.key, terms)
    yield from kind_findings(part, document, around)
    yield from _never_starts(part.key, _starts(terms), getattr(terms, "where", ()), around)
    yield from _target(part.key, terms.target)
    if not 0 < terms.warn_at < 1:
        yield Finding("warn_at_out_of_range", f"{part.key}.warn_at", {"share": _percent(terms.warn_at)})
    entered = terms.logged_within
    if entered is not None and not entered.amount and entered.measure is not Measure.BUSINESS_DAYS:
        yield Finding("entered_at_once", f"{part.key}.logged_within")
    yield from _escalation(part, document)
    if part.calendar is None:
        yield from _needs_calendar(part)
    yield from _unknown_reasons(part, around)
    yield from unknown_buyer_roles(part)


def _holders(document: Document) -> set[str]:
    """The teams that may owe something: the parties, and the further teams that the agreement names."""
    return {*document.parties, *getattr(document, "teams", ())}


def _response(key: str, terms: ResponseTerms) -> Iterator[Finding]:
    starts = [_narrowed(selector, terms.where) for selector in terms.start]
    for name in _ENDINGS:
        if covered := _covered(getattr(terms, name), starts):
            yield Finding("ending_covers_start", f"{key}.{name}", {"name": name, "event": covered})
    yield from stops_before_endings(key, terms)
    covered = _covered(terms.pause, starts)
    if covered and not terms.resume:
        yield Finding("always_paused", f"{key}.pause", {"event": covered})
    elif terms.pause and not terms.resume:
        yield Finding("never_resumes", f"{key}.pause")
    kinds = [kind for selector in terms.start for kind in selector.events if not selector.where]
    for kind in sorted({kind for kind in kinds if kinds.count(kind) > 1}):
        yield Finding("start_twice", f"{key}.start", {"event": kind})


def _narrowed(selector: Selector, where: tuple[Condition, ...]) -> Selector:
    """A start as it really is: with the conditions that the commitment puts on it."""
    return Selector(selector.events, (*selector.where, *where), selector.by, selector.needs)


def _covered(selectors: Iterable[Selector], starts: Iterable[Selector]) -> str | None:
    """An event kind that starts a clock and is at once taken by one of the selectors."""
    for start in starts:
        for selector in selectors:
            if covers(selector, start):
                return min(set(selector.events) & set(start.events))
    return None


def _starts(terms: object) -> tuple[Selector, ...]:
    """The selectors without which nothing is ever counted."""
    match terms:
        case ResponseTerms() | ChecklistTerms():
            return terms.start
        case VolumeTerms():
            return tuple(count.selector for count in terms.count)
        case RateTerms(of=tuple() as of):
            return of
    return ()


def _never_starts(
    key: str, starts: tuple[Selector, ...], where: tuple[Condition, ...], around: Surroundings
) -> Iterator[Finding]:
    if field := contradiction(where):
        yield Finding("never_starts", f"{key}.where", {"field": field})
        return
    for selector in starts:
        for kind in selector.events:
            if not around.subjects.get(kind):
                yield Finding("starts_no_clock", f"{key}.start", {"event": kind})
    contradicted = [contradiction((*selector.where, *where)) for selector in starts]
    if contradicted and all(contradicted):
        yield Finding("never_starts", f"{key}.start", {"field": contradicted[0]})


def _target(key: str, target: object) -> Iterator[Finding]:
    if not isinstance(target, Target):
        return
    values = {"target": _written(target)}
    if _impossible(target):
        yield Finding("impossible_target", f"{key}.target", values)
    elif _always_kept(target):
        yield Finding("empty_target", f"{key}.target", values)


def _impossible(target: Target) -> bool:
    if target.op == "<":
        return target.value <= 0
    if not target.percent:
        return False
    return target.value >= 1 if target.op == ">" else target.op == ">=" and target.value > 1


def _always_kept(target: Target) -> bool:
    if target.op == ">=":
        return target.value == 0
    return target.percent and (
        (target.op == "<=" and target.value >= 1) or (target.op == "<" and target.value > 1)
    )


def _escalation(part: CommitmentPart, document: Document) -> Iterator[Finding]:
    for index, step in enumerate(part.parsed.escalate):
        if step.to not in (*ROLES, *document.parties):
            values = {"role": step.to, "roles": ", ".join(ROLES)}
            yield Finding("unknown_role", f"{part.key}.escalate[{index}].to", values)


def _needs_calendar(part: CommitmentPart) -> Iterator[Finding]:
    for name, duration in _durations(part):
        if duration.measure is not Measure.ELAPSED:
            values = {"duration": str(duration)}
            yield Finding("business_units_without_calendar", f"{part.key}.{name}", values)
    if isinstance(part.parsed, CoverageTerms):
        yield Finding("coverage_without_calendar", part.key)


def _durations(part: CommitmentPart) -> Iterator[tuple[str, Duration]]:
    for name in ("within", "early", "settle", "logged_within", "give_up"):
        duration = getattr(part.parsed, name, None)
        if duration is not None:
            yield name, duration
    having = getattr(part.parsed, "having", None)
    if isinstance(having, Having) and having.within:
        yield "having.within", having.within
    if isinstance(part.parsed, ChecklistTerms):
        yield from ((f"steps.values.{value}", duration) for value, duration in part.parsed.steps.within)


def _unknown_reasons(part: CommitmentPart, around: Surroundings) -> Iterator[Finding]:
    """Reasons of rejections that nobody has: a condition on them never holds."""
    known = tuple(around.reasons)
    for name, selector in _selectors(part.parsed):
        if set(selector.events) != {"lead.rejected"}:
            continue
        for condition in selector.where:
            for reason in _named_reasons(condition):
                if reason not in known:
                    near = get_close_matches(str(reason), known, n=1)
                    values = {"reason": reason, "near": near[0] if near else ", ".join(known)}
                    yield Finding("unknown_reason", f"{part.key}.{name}", values)


def _named_reasons(condition: Condition) -> tuple[object, ...]:
    return condition.value if condition.field == "data.reason" and condition.op in ("eq", "not") else ()


def _selectors(terms: object) -> Iterator[tuple[str, Selector]]:
    if isinstance(terms, VolumeTerms):
        for count in terms.count:
            yield from (("count", selector) for selector in (count.selector, *count.unless))
    for name in ("start", "stop", "pause", "resume", "cancel", "fail", "of"):
        selectors = getattr(terms, name, ())
        if isinstance(selectors, tuple):
            yield from ((name, selector) for selector in selectors)


def _written(target: Target) -> str:
    return f"{target.op} {_percent(target.value) if target.percent else f'{float(target.value):g}'}"


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):g}%"
