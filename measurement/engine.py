"""The promises of one moment, made ready to judge many subjects at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cached_property

from agreements.enums import Kind
from agreements.promises import in_force_history
from agreements.terms import Promise
from measurement import world
from measurement.affected import Interest
from measurement.measures.response import ResponseMeasure
from measurement.verdicts import ClockVerdict


class Engine:
    """Judges subjects by every signed promise of a kind that is measured by clocks."""

    def __init__(self) -> None:
        self.promises = [promise for promise in in_force_history() if promise.kind is Kind.RESPONSE]
        self.subject_types = world.subject_types()
        self.interest = Interest.of(self.promises, self.subject_types)

    @cached_property
    def measures(self) -> list[tuple[ResponseMeasure, frozenset[str]]]:
        """The measure of each commitment key, with the kinds of events that start it."""
        by_key: dict[str, list[Promise]] = defaultdict(list)
        for promise in self.promises:
            by_key[promise.key].append(promise)
        return [(ResponseMeasure(versions), _starts(versions)) for versions in by_key.values()]

    def verdicts(self, refs: Collection[int], *, as_of: datetime) -> list[ClockVerdict]:
        """All clocks of these records, from the facts up to ``as_of``; a constant number of statements.

        A record that was merged away has none, its survivor has them.
        """
        if not refs or not self.promises:
            return []
        around, subjects = world.load(
            refs,
            kinds=self.interest.kinds,
            subject_types=self.subject_types,
            until=as_of.replace(microsecond=0),
        )
        found: list[ClockVerdict] = []
        for subject in subjects:
            kinds = {fact.kind for fact in subject.facts}
            for measure, starts in self.measures:
                if not starts.isdisjoint(kinds):
                    found += measure.clocks(subject, around, as_of=as_of)
        return found


def _starts(versions: Iterable[Promise]) -> frozenset[str]:
    return frozenset(
        kind for promise in versions for selector in promise.terms.start for kind in selector.events
    )
