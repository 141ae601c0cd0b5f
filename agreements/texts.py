"""Texts in several languages: a string, or {en: …, fr: …}. Pure."""

from typing import Any


def localized(value: Any, language: str) -> str:
    """The text in this language ("fr", "fr-ca"), else in English, else in whichever there is; "" for none."""
    if isinstance(value, dict):
        wanted = language.split("-", maxsplit=1)[0]
        return str(value.get(wanted) or value.get("en") or next(iter(value.values()), ""))
    return "" if value is None else str(value)
