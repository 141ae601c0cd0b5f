"""Time zones by their IANA names."""

from functools import cache
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


@cache
def known_zones() -> frozenset[str]:
    """Every zone that this machine knows; read once, since the list means a walk through files."""
    return frozenset(available_timezones())


def validate_timezone(name: str) -> None:
    """Refuse a name that is not an IANA zone (``Europe/Paris``)."""
    if name not in known_zones():
        raise ValidationError(
            _("%(name)s is not a time zone; write one like Europe/Paris."),
            code="timezone",
            params={"name": name},
        )
