"""Parts of addresses."""

from datetime import date


class IsoDate:
    """A day as 2026-04-08; anything else is no such page."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return str(value)
