"""Opening hours as people write them (CONTRACT §3), read into seconds from midnight.

Every error is a ``WindowError`` that starts with the field's name and ends with what to write instead.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 86_400

Window = tuple[int, int]
"""Open from (inclusive) to (exclusive), in seconds of the wall clock from the date's midnight; the end
lies beyond ``DAY`` when the window crosses midnight."""

_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?", re.ASCII)


class WindowError(ValueError):
    """Opening hours that cannot be read; the message names the field and the remedy."""


def parse_window(value: object, field: str = "window") -> Window:
    """Read ``"09:00-12:30"`` or the pair ``("09:00", "12:30")``.

    ``24:00`` is the end of the day; an end at or before the start is on the next day (``"22:00-06:00"``).
    """
    opening, closing = (_parse_time(text, field) for text in _pair(value, field))
    if opening == closing:
        raise WindowError(
            f"{field}: {_shown(value)} is empty; write 00:00-24:00 for a whole day, or leave it out"
        )
    if opening == DAY:
        raise WindowError(f"{field}: {_shown(value)} starts at 24:00; write it from 00:00 on the next day")
    return opening, closing if closing > opening else closing + DAY


def parse_windows(value: object, field: str = "windows") -> tuple[Window, ...]:
    """Read a day's list of windows; ``None`` and ``[]`` are closed. Overlapping ones are joined."""
    if value is None:
        return ()
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        raise WindowError(f'{field}: expected a list of windows, got {_shown(value)}; write ["09:00-17:00"]')
    return join(sorted(parse_window(item, f"{field}[{number}]") for number, item in enumerate(value)))


def parse_week(value: object, field: str = "week") -> dict[str, tuple[Window, ...]]:
    """Read a week; days that are left out are closed. Returns the open days in the week's order."""
    if not isinstance(value, Mapping):
        raise WindowError(
            f'{field}: expected days with their windows, got {_shown(value)}; write {{mon: ["09:00-17:00"]}}'
        )
    for day in value:
        if day not in DAYS:
            raise WindowError(f"{field}.{day}: unknown day; use {', '.join(DAYS)}")
    week = {day: parse_windows(value.get(day), f"{field}.{day}") for day in DAYS}
    return {day: windows for day, windows in week.items() if windows}


def parse_date(value: object, field: str = "date") -> date:
    """Read a ``date`` or ``"2026-12-25"``."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else _refuse_date(value, field)
    except WindowError:
        raise
    except ValueError:
        return _refuse_date(value, field)


def parse_dates(values: Iterable[object] | None, field: str = "dates") -> frozenset[date]:
    """Read dates; a mapping {date: name} gives its dates."""
    if isinstance(values, str):
        raise WindowError(f"{field}: expected a list of dates, got {_shown(values)}; write [2026-12-25]")
    return frozenset(parse_date(value, f"{field}[{number}]") for number, value in enumerate(values or ()))


def parse_dated_windows(value: object, field: str = "open") -> dict[date, tuple[Window, ...]]:
    """Read ``{2026-12-26: ["10:00-12:00"]}``, in the order of the dates."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise WindowError(
            f"{field}: expected dates with their windows, got {_shown(value)}; "
            'write {2026-12-26: ["10:00-12:00"]}'
        )
    dated = {
        parse_date(day, f"{field}.{day}"): parse_windows(windows, f"{field}.{day}")
        for day, windows in value.items()
    }
    return dict(sorted(dated.items()))


def parse_timezone(value: object, field: str = "timezone") -> ZoneInfo:
    """Read an IANA zone such as ``"Europe/Paris"``."""
    name = value.key if isinstance(value, ZoneInfo) else value
    if not isinstance(name, str) or not name:
        raise WindowError(f"{field}: expected an IANA zone name such as Europe/Paris, got {_shown(value)}")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = get_close_matches(name, available_timezones(), n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else "use an IANA name such as Europe/Paris"
        raise WindowError(f"{field}: unknown time zone {name!r}; {hint}") from None


def join(segments: Sequence[Window]) -> tuple[Window, ...]:
    """Union of sorted half-open segments: overlapping and touching ones become one."""
    joined: list[Window] = []
    for start, end in segments:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _pair(value: object, field: str) -> tuple[str, str]:
    parts = value.split("-") if isinstance(value, str) else value
    match parts:
        case [str(opening), str(closing)]:
            return opening.strip(), closing.strip()
    raise WindowError(f"{field}: {_shown(value)} is not a window; write HH:MM-HH:MM, for example 09:00-17:00")


def _parse_time(text: str, field: str) -> int:
    found = _TIME.fullmatch(text)
    if not found:
        raise WindowError(f"{field}: {text!r} is not a time; write HH:MM, for example 09:00")
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    total = hours * 3600 + minutes * 60 + seconds
    if minutes > 59 or seconds > 59 or total > DAY:
        raise WindowError(f"{field}: {text} is no time of day; write 00:00 to 24:00")
    return total


def _refuse_date(value: object, field: str) -> date:
    raise WindowError(f"{field}: {_shown(value)} is not a date; write YYYY-MM-DD, for example 2026-12-25")


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
