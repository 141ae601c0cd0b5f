"""When a fact of the evidence was entered, in words."""

from collections.abc import Mapping
from typing import Any

from measurement.verdicts import read
from measurement.wording.phrases import say
from measurement.wording.times import span


def entered(entry: Mapping[str, Any], language: str) -> str:
    """``declared by hand, entered 3 d later``; empty for what a system noted when it happened."""
    told = [say("declared", language)] if entry.get("declared") else []
    if entry.get("recorded") and entry["at"]:
        later = int((read(entry["recorded"]) - read(entry["at"])).total_seconds())
        if later > 0:
            told.append(say("entered", language, later=span(later, language)))
    return ", ".join(told)
