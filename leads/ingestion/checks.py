"""Checks of single values: each takes what was sent and returns the canonical value, or raises ``Refused``.

Pure. A check never sees null: what null means is the field's affair (``resources``).
"""

import re
from collections import deque
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from core.instants import format_instant, parse_instant

Check = Callable[[Any], Any]

NUL = "\x00"
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
DEEPEST = 32
LARGEST_EXACT = 2**53
LISTED = 100

SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
DATE = re.compile(r"\d{4}-\d\d-\d\d")
CURRENCY = re.compile(r"[A-Za-z]{3}")
#: Years well within what is kept, at most microseconds (PostgreSQL rounds finer ones), an offset that exists.
PLAIN_INSTANT = re.compile(
    r"(?:19(?:7[1-9]|[89][0-9])|20(?:[0-8][0-9]|9[0-8]))-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
    r"(?:\.[0-9]{1,6})?(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
).fullmatch

_encode = msgspec.json.Encoder(order="sorted", decimal_format="number").encode


class Refused(ValueError):
    """A value that cannot be stored; the message completes "owner: …"."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def text(longest: int = 255) -> Check:
    """Text of at most so many characters."""

    def check(value: Any) -> str:
        if type(value) is not str:
            raise Refused("wrong_type", f"must be text in quotes, not {_name(value)}")
        if len(value) > longest:
            raise Refused("too_long", f"has {len(value)} characters; at most {longest} are kept, shorten it")
        if NUL in value:
            raise Refused(
                "nul_character", "contains the NUL character (\\u0000), which cannot be stored; remove it"
            )
        return value

    return check


def matching(
    pattern: re.Pattern[str], message: str, *, fold: Callable[[str], str] = str, longest: int = 255
) -> Check:
    """Text of a given form; ``fold`` brings it to one spelling first."""
    is_text = text(longest)

    def check(value: Any) -> str:
        folded = fold(is_text(value))
        if not pattern.fullmatch(folded):
            raise Refused("invalid", message)
        return folded

    return check


slug = matching(
    SLUG,
    "must be a slug such as sales-emea: small letters, digits, - and _, at most 64",
    fold=str.lower,
)
email = matching(EMAIL, "must be an e-mail address such as name@example.com", fold=str.strip, longest=254)
currency = matching(CURRENCY, "must be a currency code of three letters such as EUR", fold=str.upper)


def integer(bits: int = 32) -> Check:
    """A whole number that a column of so many bits can hold."""
    bound = 2 ** (bits - 1)

    def check(value: Any) -> int:
        if type(value) is float and value.is_integer():
            value = int(value)
        if type(value) is not int:
            raise Refused("wrong_type", f"must be a whole number such as 3, not {_name(value)}")
        if not -bound <= value < bound:
            raise Refused("out_of_range", f"must lie between {-bound} and {bound - 1}")
        return value

    return check


def number(digits: int) -> Check:
    """A number with at most so many digits before the point, also as a text such as "12.50"."""
    bound = Decimal(10) ** digits

    def check(value: Any) -> int | Decimal:
        if type(value) not in (int, float, str, Decimal):
            raise Refused("wrong_type", f"must be a number such as 12.5, not {_name(value)}")
        try:
            exact = Decimal(str(value))
        except InvalidOperation:
            raise Refused("wrong_type", "must be a number such as 12.5") from None
        if not exact.is_finite() or abs(exact) >= bound:
            raise Refused("out_of_range", f"must be a number with at most {digits} digits before the point")
        return _one_spelling(round(exact, 8))

    return check


def boolean(value: Any) -> bool:
    """true or false."""
    if type(value) is not bool:
        raise Refused("wrong_type", f"must be true or false, not {_name(value)}")
    return value


def instant(value: Any) -> datetime:
    """An RFC 3339 instant with its offset, in UTC."""
    if type(value) is not str:
        raise Refused(
            "wrong_type", f"must be an instant in quotes such as 2026-03-31T09:00:00Z, not {_name(value)}"
        )
    parsed = _quickly(value) or _carefully(value)
    if not EARLIEST <= parsed < LATEST:
        raise Refused("out_of_range", f"must lie between {EARLIEST.year} and {LATEST.year}; correct the year")
    return parsed


def instant_text(value: Any) -> str:
    """The same, as a text that PostgreSQL reads."""
    return format_instant(instant(value))


def are_plain_instants(values: Collection[str]) -> bool:
    """Whether all texts are instants in a usual spelling, which PostgreSQL reads as we do."""
    if not all(map(PLAIN_INSTANT, values)):
        return False
    try:
        deque(map(datetime.fromisoformat, values), maxlen=0)
    except ValueError:  # the 31st of February
        return False
    return True


def listed(item: Check) -> Check:
    """One value or a list of them; kept as a sorted list without repetitions, null when empty."""

    def check(value: Any) -> list[Any] | None:
        values = value if type(value) is list else [value]
        if len(values) > LISTED:
            raise Refused("too_long", f"has {len(values)} entries; at most {LISTED} are kept")
        return sorted({item(entry) for entry in values}) or None

    return check


def freeze(value: Any) -> bytes:
    """Free JSON in one spelling: sorted keys, whole floats as integers.

    Refuses what the database cannot store, and nesting beyond 32 levels.
    """
    try:
        frozen = _encode(value)
        if b"\\u0000" in frozen or frozen.count(b"{") + frozen.count(b"[") > DEEPEST or b".0" in frozen:
            frozen = _encode(_walk(value, 1))
    except RecursionError:
        raise _too_deep() from None
    return frozen


def _walk(value: Any, depth: int) -> Any:
    if depth > DEEPEST:
        raise _too_deep()
    if isinstance(value, dict):
        return {_walk(key, depth): _walk(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_walk(inner, depth + 1) for inner in value]
    if isinstance(value, str) and NUL in value:
        raise Refused(
            "nul_character", "contains the NUL character (\\u0000), which cannot be stored; remove it"
        )
    if type(value) is float and value.is_integer() and abs(value) < LARGEST_EXACT:
        return int(value)
    return value


def _too_deep() -> Refused:
    return Refused("too_deep", f"is nested more than {DEEPEST} levels deep; flatten it")


def _one_spelling(exact: Decimal) -> int | Decimal:
    """12.50 and 12.5, 3.0 and 3 are one value, written alike."""
    return int(exact) if exact == exact.to_integral_value() else exact.normalize()


def _quickly(value: str) -> datetime | None:
    """The usual spellings; none for anything that needs a closer look."""
    if len(value) < 20 or value[4] != "-" or value[7] != "-" or value[10] != "T" or value[13] != ":":
        return None
    try:
        parsed = datetime.fromisoformat(value)
        if parsed.tzinfo is UTC or parsed.tzinfo is None:
            return parsed if parsed.tzinfo else None
        return parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _carefully(value: str) -> datetime:
    if DATE.fullmatch(value) and _is_date(value):
        remedy = f"write {value}T00:00:00 with an offset (a file's map may give a timezone)"
        raise Refused("date_only", f"is a date without a time: {remedy}")
    try:
        return parse_instant(f"{value}T00:00:00Z" if DATE.fullmatch(value) else value)
    except ValueError as error:
        naive = "no offset" in str(error)
        raise Refused("naive_instant" if naive else "invalid_instant", str(error)) from None


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _name(value: Any) -> str:
    names = {
        dict: "an object",
        list: "a list",
        str: "a text",
        bool: "true or false",
        float: "a number",
        int: "a number",
    }
    return names.get(type(value), type(value).__name__)
