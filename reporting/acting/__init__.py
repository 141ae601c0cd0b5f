"""What people may do with a breach and what facts do to it; every act leaves an audit row."""

from reporting.acting.commenting import comment
from reporting.acting.disputing import dispute, refuse, take_back_dispute
from reporting.acting.following import bring_back_all, hold_all, reopen_all, withdraw_all
from reporting.acting.handling import acknowledge, assign, resolve
from reporting.acting.news import UNDO_FOR
from reporting.acting.transitions import Act, allowed_acts
from reporting.acting.undoing import last_undoable, undo
from reporting.acting.waiving import waive

__all__ = [
    "UNDO_FOR",
    "Act",
    "acknowledge",
    "allowed_acts",
    "assign",
    "bring_back_all",
    "comment",
    "dispute",
    "hold_all",
    "last_undoable",
    "refuse",
    "reopen_all",
    "resolve",
    "take_back_dispute",
    "undo",
    "waive",
    "withdraw_all",
]
