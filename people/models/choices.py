"""Choices of columns from enums."""

from enum import StrEnum


def choices_of(enum: type[StrEnum]) -> list[tuple[str, str]]:
    """The members of an enum as Django wants them."""
    return [(member.value, member.value) for member in enum]
