"""The catalogue: the thirteen promises of MISSION.md as commitments to start from. Pure.

Each file of ``rows`` is one promise: its row, what it promises, what must be fed and what to watch, in
English and French, and the commitment as an agreement writes it (CONTRACT §3). ``owner`` is a side,
marketing or sales: whoever picks the promise says which team of that side owes it.
"""

from agreements.catalogue.entries import Entry, by_key, entries
from agreements.catalogue.feeding import Feeding, feeding_of
from agreements.catalogue.picking import picked

__all__ = ["Entry", "Feeding", "by_key", "entries", "feeding_of", "picked"]
