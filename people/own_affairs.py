"""What everybody does for themselves (read marks, preferences): auditors too, who change nothing else."""

from collections.abc import Callable
from typing import Any


def own_affair(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view whose acts concern nobody but the person who does them."""
    view.own_affair = True  # type: ignore[attr-defined]
    return view


def is_own_affair(view: Callable[..., Any]) -> bool:
    """Whether the view was marked so."""
    return getattr(view, "own_affair", False)
