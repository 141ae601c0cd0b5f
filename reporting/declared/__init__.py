"""Facts declared by hand: what somebody's promises can need, who sees a declaration, who decides on it."""

from reporting.declared.needs import Need, needs_of
from reporting.declared.sight import may_decide, may_take_back, visible_declarations

__all__ = ["Need", "may_decide", "may_take_back", "needs_of", "visible_declarations"]
