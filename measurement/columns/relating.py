"""Which records a field such as ``account.tier`` means, for many facts at once. Pure.

The rules of ``measurement.relations``, told by arrays: the subject itself, else what the fact names, else
what is linked at the instant to the subject, else to what the fact names.
"""

from typing import NamedTuple

import numpy as np

from measurement.columns.courses import NONE, Int64s
from measurement.columns.scene import NAMED, Pairs, Scene
from measurement.relations import PATHS


class Asked(NamedTuple):
    """Questions: about a subject (all of one type), at an instant, seen from a fact."""

    subject: Int64s
    type: str
    fact: Int64s
    at: Int64s

    def only(self, which: Int64s) -> "Asked":
        """Some of the questions."""
        return Asked(self.subject[which], self.type, self.fact[which], self.at[which])


def related(wanted: str, asked: Asked, scene: Scene) -> Pairs:
    """The records of the wanted type for each question; only a contact's leads can be several."""
    every = np.arange(len(asked.at))
    if wanted == asked.type:
        return Pairs(every, asked.subject)
    named = scene.facts.named[asked.fact]
    found = _present(every, named[:, NAMED.index(wanted)])
    parts, missing = [found], _without(every, found)
    sources = [(asked.type, asked.subject), *((type_, named[:, place]) for place, type_ in enumerate(NAMED))]
    for type_, source in sources:
        for path in PATHS.get((type_, wanted), ()):
            if not len(missing):
                break
            found = _follow(path, _present(missing, source[missing]), asked.at, scene)
            parts.append(found)
            missing = _without(missing, found)
    return _joined(parts)


def leads_at(contacts: Pairs, at: Int64s, scene: Scene) -> Pairs:
    """The leads that exist and name the contact at the instant, newest first."""
    which, lead = scene.leads_of.of_each(contacts.record)
    of, contact = contacts.of[which], contacts.record[which]
    there = (scene.born[lead] <= at[of]) & (scene.links["contact"].at(lead, at[of]) == contact)
    of, lead = of[there], lead[there]
    order = np.lexsort((-scene.refs[lead], -scene.born[lead], of))
    return Pairs(of[order], lead[order])


def _follow(path: tuple[str, ...], reached: Pairs, at: Int64s, scene: Scene) -> Pairs:
    for step in path:
        if step == "leads":
            reached = leads_at(reached, at, scene)
        else:
            reached = _present(reached.of, scene.links[step].at(reached.record, at[reached.of]))
    return reached


def _present(of: Int64s, record: Int64s) -> Pairs:
    there = record != NONE
    return Pairs(of[there], record[there])


def _without(questions: Int64s, answered: Pairs) -> Int64s:
    if not len(answered.of):
        return questions
    known = np.zeros(questions[-1] + 1, bool)  # they are in order
    known[answered.of] = True
    return questions[~known[questions]]


def _joined(parts: list[Pairs]) -> Pairs:
    of = np.concatenate([part.of for part in parts])
    record = np.concatenate([part.record for part in parts])
    order = np.argsort(of, kind="stable")
    return Pairs(of[order], record[order])


def first_of(pairs: Pairs, values: Int64s, size: int) -> Int64s:
    """The first value of each question that is there; ``NONE`` where none is."""
    there = np.flatnonzero(values != NONE)
    found = np.full(size, NONE, np.int64)
    found[pairs.of[there][::-1]] = values[there][::-1]
    return found
