"""What the health page says of a replica and of the sealed horizon, where there is one."""

from django.conf import settings
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from reporting.operation.state import State
from reporting.showing.finding import Finding


def replica(state: State) -> Finding | None:
    """Only where there should be one."""
    seen = state.replica
    if seen is None:
        return None
    if seen.trouble:
        return Finding(
            _("Replica"),
            "at_risk",
            _("does not answer (%(error)s); everything is read from the primary") % {"error": seen.trouble},
            _("Start it, or correct REPLICA_URL."),
        )
    if seen.late is None or seen.late > settings.REPLICA_MAX_LAG:
        late = _("not known yet how late it is") if seen.late is None else _late(seen.late)
        return Finding(
            _("Replica"),
            "at_risk",
            _("%(late)s; everything is read from the primary") % {"late": late},
            _("Look whether it still receives what the primary writes."),
        )
    return Finding(_("Replica"), "kept", _late(seen.late))


def _late(seconds: float) -> str:
    return _("late by %(seconds)s s at most") % {"seconds": number_format(seconds, 1)}


def horizon(state: State) -> Finding | None:
    """Only where retention is on, or was."""
    ran, sealed = state.beats.get("retention"), state.horizon
    if sealed is None and not settings.RETENTION_MONTHS:
        return None
    if sealed is None:
        return Finding(_("Sealed horizon"), "calm", _("nothing is sealed yet; it moves at 02:00 UTC"))
    found = _("sealed before %(day)s") % {"day": date_format(sealed.sealed_before, "DATE_FORMAT")}
    if ran and not ran.detail.get("complete", True):
        return Finding(_("Sealed horizon"), "calm", _("%(found)s; goes on next night") % {"found": found})
    return Finding(_("Sealed horizon"), "kept", found)
