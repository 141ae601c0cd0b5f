"""Facts and records of a batch as arrays: what the pure parts of the fast path work on. Pure.

Records are numbered within the batch (``Scene.refs`` gives their ref ids), members keep their ref ids.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from measurement.columns.courses import NONE, Bools, Course, Groups, Int64s

#: Types of records that facts name, in the order in which a fact's records are looked at.
NAMED = ("account", "contact", "lead", "deal", "campaign", "content", "call")
TYPES = (*NAMED, "member")
ACCOUNT, CONTACT, LEAD, DEAL, CAMPAIGN = range(5)

#: Since when something exists that nobody knows the beginning of.
NEVER = (1 << 38) - 1


class Facts(NamedTuple):
    """Events of the log and what records imply, each once.

    ``ident``: the event's id, or the ref id of the record that implies it. ``kind``: its place in
    ``Scene.kinds``. ``said``: the place in ``Scene.saids`` of what its data say. ``named``: by type
    (``NAMED``) the record that it names. ``recorded``: when it was entered, ``NEVER`` when nobody says.
    """

    ident: Int64s
    implied: Bools
    kind: Int64s
    at: Int64s
    actor: Int64s
    said: Int64s
    named: Int64s
    recorded: Int64s
    first_seen: Bools


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that is known around some subjects.

    ``types``: of each record, its place in ``TYPES``. ``subjects``: the records to be judged. ``links``: the
    records that a field names. ``owners``: the members whom the records name. ``fields``: values of other
    fields, as places in ``texts[name]``. ``assigned``: members to whom events gave a lead. ``leads_of``: the
    leads that ever named a contact. ``born``: since when a lead exists.
    """

    refs: Int64s
    types: Int64s
    subjects: Int64s
    kinds: Sequence[str]
    facts: Facts
    saids: Sequence[Mapping[str, Any]]
    links: Mapping[str, Course]
    owners: Course
    assigned: Course
    fields: Mapping[str, Course]
    texts: Mapping[str, Sequence[Any]]
    leads_of: Groups
    born: Int64s


class Pairs(NamedTuple):
    """Several records for each of some questions: (which question, record), in the order of the questions."""

    of: Int64s
    record: Int64s


def about(scene: Scene) -> Pairs:
    """Every fact with every subject that it is about, as (fact, subject), by subject and instant.

    The rules of ``leads.timelines``: through the links valid at the instant, never further.
    """
    facts = scene.facts
    lead, deal, contact = (facts.named[:, type_] for type_ in (LEAD, DEAL, CONTACT))
    of_deal = scene.links["lead"].at(deal, facts.at)
    ones = [
        *facts.named.T,
        of_deal,
        scene.links["contact"].at(lead, facts.at),
        scene.links["contact"].at(of_deal, facts.at),
    ]
    of, record = _of_contacts(scene, np.where((lead < 0) & (deal < 0), contact, NONE))
    places = np.arange(len(facts.at))
    of = np.concatenate([*(places for _ in ones), of])
    record = np.concatenate([*ones, record])
    wanted = np.zeros(len(scene.refs) + 1, bool)
    wanted[scene.subjects] = True
    there = np.flatnonzero(wanted[record])  # NONE is the place behind the last record
    of, record = of[there], record[there]
    order = np.lexsort((of, facts.at[of], record))
    of, record = of[order], record[order]
    once = np.ones(len(of), bool)
    once[1:] = (of[1:] != of[:-1]) | (record[1:] != record[:-1])
    return Pairs(of[once], record[once])


def _of_contacts(scene: Scene, contacts: Int64s) -> tuple[Int64s, Int64s]:
    """The leads that name the contact of each fact at its instant."""
    of, lead = scene.leads_of.of_each(contacts)
    still = scene.links["contact"].at(lead, scene.facts.at[of]) == contacts[of]
    return of[still], lead[still]
