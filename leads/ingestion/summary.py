"""What became of the rows of one delivery."""

from dataclasses import asdict, dataclass, field
from typing import Any

#: Warnings that one answer tells; the others are counted.
MOST_WARNINGS = 100


@dataclass(frozen=True, slots=True)
class RowError:
    """Why one row was refused, or what is doubtful about one that was stored.

    ``index`` counts the rows from 0, ``message`` says what to do.
    """

    index: int
    external_id: str | None
    field: str | None
    code: str
    message: str


@dataclass(slots=True)
class Summary:
    """``received`` is the sum of the other four; a rejected row may have several errors."""

    received: int
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The body of the API's answer (CONTRACT §4): of many warnings the first ones."""
        body = asdict(self)
        more = len(body["warnings"]) - MOST_WARNINGS
        if more > 0:
            message = f"{more} more warnings are not listed; see to these first"
            nowhere = dict.fromkeys(("index", "external_id", "field"))
            body["warnings"][MOST_WARNINGS:] = [{**nowhere, "code": "more_warnings", "message": message}]
        return body
