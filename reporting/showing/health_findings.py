"""What could need a hand, one function each: what was found, whether it works, and what to do if not."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.formats import number_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import Heartbeat
from reporting.operation.state import State
from reporting.showing.finding import LABELS, Finding
from reporting.showing.scale_findings import horizon, replica

WAITS_TOO_LONG = timedelta(minutes=10)
SHADOW_AT_LEAST = timedelta(hours=26)
PURGE_AT_LEAST = timedelta(hours=3)
BACKUP_AT_LEAST = timedelta(hours=50)
LITTLE_ROOM = 0.10
NO_ROOM = 0.03
NBSP = "\u00a0"
UNITS = ("B", "kB", "MB", "GB", "TB")


def findings_of(state: State) -> list[Finding]:
    """Every line of the page: what needs a hand first, then what the others stand on."""
    lines = [line for make in FINDINGS if (line := make(state)) is not None]
    return sorted(lines, key=lambda line: list(LABELS).index(line.tone))


def _database(state: State) -> Finding:
    size = _("%(size)s on disk") % {"size": size_in_words(state.database_bytes)}
    return Finding(_("Database"), "kept", f"PostgreSQL {state.versions['PostgreSQL']}, {size}")


def _broker(state: State) -> Finding:
    if state.broker is None:
        return Finding(
            _("Broker"), "missed", _("does not answer"), _("Start Redis or Valkey, or correct REDIS_URL.")
        )
    waiting = ngettext("%(n)s task waits", "%(n)s tasks wait", state.broker.waiting)
    found = f"{state.broker.version}, {waiting % {'n': number_format(state.broker.waiting)}}"
    if state.broker.waiting > 1_000:
        return Finding(_("Broker"), "at_risk", found, _("Start the worker, or one more of them."))
    return Finding(_("Broker"), "kept", found)


def _beat(state: State) -> Finding:
    beat = state.beats.get("beat")
    found = _since(beat, state) if beat else _("no sign of life yet")
    if next(check for check in state.checks if check.name == "beat").ok:
        return Finding(_("Worker and beat"), "kept", found)
    return Finding(
        _("Worker and beat"),
        "missed",
        found,
        _("Nothing is judged, published or sent. Start worker and beat; serve starts both."),
    )


def _judging(state: State) -> Finding:
    waiting = state.judging.waiting
    found = ngettext("%(n)s change waits to be judged", "%(n)s changes wait to be judged", waiting) % {
        "n": number_format(waiting)
    }
    if state.judging.oldest and state.as_of - state.judging.oldest > WAITS_TOO_LONG:
        return Finding(
            _("Judging"),
            "at_risk",
            f"{found}, {_ago(state.judging.oldest, state)}",
            _("After a large import this takes a while. If it does not shrink, look into the worker's log."),
        )
    return Finding(_("Judging"), "kept", found)


def _shadow(state: State) -> Finding:
    shadow = state.beats.get("shadow")
    if shadow is None:
        return Finding(_("Shadow pass"), "calm", _("runs every night at 03:00 UTC; it has not run yet"))
    mismatches = int(shadow.detail.get("mismatches", 0))
    found = _("%(n)s records compared, %(m)s differences, %(ago)s") % {
        "n": number_format(shadow.detail.get("checked", 0)),
        "m": number_format(mismatches),
        "ago": _ago(shadow.at, state),
    }
    if not shadow.detail.get("complete", True):
        found += " " + _("(up to record %(position)s of %(of)s; the next night goes on from there)") % {
            "position": number_format(shadow.detail.get("position", 0)),
            "of": number_format(shadow.detail.get("of", 0)),
        }
    if mismatches:
        return Finding(
            _("Shadow pass"), "missed", found, _("Run manage.py judge --all and send us the worker's log.")
        )
    if state.as_of - shadow.at > SHADOW_AT_LEAST:
        return Finding(
            _("Shadow pass"), "at_risk", found, _("It did not run last night: look into the worker's log.")
        )
    return Finding(_("Shadow pass"), "kept", found)


def _outbox(state: State) -> Finding:
    counts = state.outbox.counts
    stuck = counts["unknown"] + counts["failed"]
    found = _("%(ready)s wait, %(stuck)s need a decision") % {
        "ready": number_format(counts["ready"] + counts["sending"]),
        "stuck": number_format(stuck),
    }
    late = state.outbox.oldest and state.as_of - state.outbox.oldest > WAITS_TOO_LONG
    if late or stuck:
        advice = (
            _("Decide about them below.")
            if stuck
            else _("The mail server takes nothing: check EMAIL_URL and its log; it is tried again by itself.")
        )
        return Finding(_("Mails and webhooks"), "at_risk", found, advice)
    return Finding(_("Mails and webhooks"), "kept", found)


def _feeds(state: State) -> Finding:
    stale = sum(feed["stale"] for feed in state.feeds)
    if not state.feeds:
        return Finding(
            _("Feeds"),
            "at_risk",
            _("no fact has arrived yet"),
            _("Connect the CRM or import a file."),
            "feeds",
        )
    found = ngettext("%(n)s feed", "%(n)s feeds", len(state.feeds)) % {"n": len(state.feeds)}
    if stale:
        silent = ngettext("%(n)s silent for a day", "%(n)s silent for a day", stale) % {"n": stale}
        return Finding(
            _("Feeds"), "at_risk", f"{found}, {silent}", _("Look whether the CRM still sends."), "feeds"
        )
    return Finding(_("Feeds"), "kept", found)


def _quarantine(state: State) -> Finding:
    found = ngettext("%(n)s refused row is kept", "%(n)s refused rows are kept", state.quarantined) % {
        "n": number_format(state.quarantined)
    }
    if state.quarantined:
        return Finding(
            _("Quarantine"),
            "at_risk",
            found,
            _("Mend and replay them; they are removed after 30 days."),
            "quarantine",
        )
    return Finding(_("Quarantine"), "kept", found)


def _reports(state: State) -> Finding:
    if state.newest_report is None:
        return Finding(
            _("Daily reports"), "calm", _("none yet: the first comes on a team's next report hour")
        )
    return Finding(
        _("Daily reports"), "kept", _("the newest %(ago)s") % {"ago": _ago(state.newest_report, state)}
    )


def _backup(state: State) -> Finding:
    backup = state.beats.get("backup")
    how = _("Run manage.py backup every day (docs/operations.md) and keep it elsewhere.")
    if backup is None:
        return Finding(_("Backup"), "at_risk", _("none was ever made with manage.py backup"), how)
    found = f"{size_in_words(backup.detail.get('bytes', 0))}, {_ago(backup.at, state)}"
    if state.as_of - backup.at > BACKUP_AT_LEAST:
        return Finding(_("Backup"), "at_risk", found, how)
    return Finding(_("Backup"), "kept", found)


def _room(state: State) -> Finding:
    share = state.disk.free / state.disk.total if state.disk.total else 1.0
    found = _("%(free)s free of %(total)s") % {
        "free": size_in_words(state.disk.free),
        "total": size_in_words(state.disk.total),
    }
    if share < LITTLE_ROOM:
        tone = "missed" if share < NO_ROOM else "at_risk"
        return Finding(
            _("Disk"), tone, found, _("Make room where DATA_DIR lies; PostgreSQL stops on a full disk.")
        )
    return Finding(_("Disk"), "kept", found)


def _holidays(state: State) -> Finding:
    if not state.holidays_running_out:
        return Finding(_("Public holidays"), "kept", _("known for the agreements in force"))
    return Finding(
        _("Public holidays"),
        "at_risk",
        _("they end this year in: %(calendars)s") % {"calendars": ", ".join(state.holidays_running_out)},
        _("Sign a new version of the agreement in time: afterwards holidays count as open."),
    )


def _purge(state: State) -> Finding:
    purge = state.beats.get("purge")
    if purge is None:
        return Finding(_("Retention"), "calm", _("the hourly purge has not run yet"))
    if state.as_of - purge.at > PURGE_AT_LEAST:
        return Finding(
            _("Retention"),
            "at_risk",
            _ago(purge.at, state),
            _("The hourly purge does not run: look into the worker's log."),
        )
    return Finding(_("Retention"), "kept", _("purged %(ago)s") % {"ago": _ago(purge.at, state)})


def _edge(state: State) -> Finding:
    name = _("Address")
    if settings.DEBUG:
        return Finding(name, "missed", settings.SITE_URL, _("DEBUG is on: switch it off, it shows secrets."))
    if not settings.BEHIND_TLS and "//localhost" not in settings.SITE_URL:
        return Finding(
            name,
            "at_risk",
            settings.SITE_URL,
            _("Put TLS in front and say https:// in SITE_URL: cookies travel in the open."),
        )
    return Finding(name, "kept", settings.SITE_URL)


FINDINGS: tuple[Callable[[State], Finding | None], ...] = (
    *(_database, replica, _broker, _beat, _judging, _shadow, _outbox, _feeds),
    *(_quarantine, _reports, _backup, _room, _purge, horizon, _holidays, _edge),
)


def size_in_words(size: Any) -> str:
    """Bytes in the greatest unit that leaves at least one: ``3.4 GB``; powers of a thousand."""
    amount, unit = float(size), 0
    while amount >= 999.5 and unit < len(UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    decimals = 1 if unit and amount < 10 else 0
    return f"{number_format(round(amount, decimals), decimals)}{NBSP}{UNITS[unit]}"


def _since(beat: Heartbeat, state: State) -> str:
    return _("last sign of life %(ago)s") % {"ago": _ago(beat.at, state)}


def _ago(instant: datetime, state: State) -> str:
    """How long ago, in one unit; seconds are told as "just now"."""
    if state.as_of - instant < timedelta(minutes=1):
        return _("just now")
    return _("%(time)s ago") % {"time": timesince(instant, state.as_of, depth=1)}
