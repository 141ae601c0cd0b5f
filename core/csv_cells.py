"""Cells of a CSV file that a spreadsheet shows and never runs (OWASP, "CSV Injection").

The rule knows that a French spreadsheet splits at `;` whatever the file meant: a formula is disarmed at the
beginning of a text and after every character that could begin another cell or row.
"""

import re
from typing import Any

_SIGNS = "=+\\-@＝＋－＠"  # the wide ones are formulas to spreadsheets with an Asian keyboard
_BLANKS = "[\\s\u200b\ufeff]*"
_FORMULA = re.compile(f"(^|[;\\t\\r\\n])({_BLANKS})('*)(?=[{_SIGNS}])")
_DISARMED = re.compile(f"(^|[;\\t\\r\\n])({_BLANKS})'('*)(?=[{_SIGNS}])")
_BREAK_FIRST = re.compile("^('*)(?=[\\t\\r\\n])")
_BREAK_DISARMED = re.compile("^'('*)(?=[\\t\\r\\n])")


def safe_cell(value: Any) -> Any:
    """The value as it may stand in a cell: an apostrophe goes before what would be a formula.

    Only texts can be formulas: numbers, dates and the like come back as they are, None as an empty text.
    """
    if not isinstance(value, str):
        return "" if value is None else value
    return _BREAK_FIRST.sub(r"'\1", _FORMULA.sub(r"\1\2'\3", value))


def plain_cell(text: str) -> str:
    """The text that `safe_cell` was given: for a file of ours that comes back mended."""
    return _DISARMED.sub(r"\1\2\3", _BREAK_DISARMED.sub(r"\1", text))
