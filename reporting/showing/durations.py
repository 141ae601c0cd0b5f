"""How long something took, in words."""

from django.utils.translation import ngettext


def duration_text(seconds: int) -> str:
    """Two units at most: ``3 days 4 h``, ``2 h 5 min``, ``40 s``."""
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, rest = divmod(rest, 60)
    if days:
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days} + (f" {hours} h" if hours else "")
    if hours:
        return f"{hours} h" + (f" {minutes} min" if minutes else "")
    return f"{minutes} min" if minutes else f"{rest} s"
