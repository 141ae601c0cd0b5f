"""What a notice says, in the reader's language and zone; what a channel says names nobody."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agreements.texts import localized
from reporting.enums import NoticeKind
from reporting.showing.numbers import percent


def kind_name(kind: str) -> str:
    """A kind of notice, as preferences list it."""
    return {
        NoticeKind.ANNOUNCED: _("Something new has begun"),
        NoticeKind.AT_RISK: _("Something is at risk"),
        NoticeKind.BREACH: _("Something was not kept"),
        NoticeKind.ESCALATED: _("Something is still open and needs a hand"),
        NoticeKind.ASSIGNED: _("An exception is given to me"),
        NoticeKind.COMMENTED: _("Comments on my exceptions"),
        NoticeKind.MENTIONED: _("Somebody mentions me"),
        NoticeKind.DISPUTED: _("Disputes to decide on"),
        NoticeKind.WAIVED: _("A miss is waived"),
        NoticeKind.DISPUTE_REFUSED: _("A dispute is refused"),
        NoticeKind.RESOLVED: _("An exception is resolved"),
        NoticeKind.DECLARED: _("Facts declared by hand, to confirm"),
        NoticeKind.REFUTED: _("A fact that I declared is refuted"),
        NoticeKind.AGREEMENT_IN_REVIEW: _("A version to read and sign"),
        NoticeKind.AGREEMENT_COMMENTED: _("Comments on an agreement"),
        NoticeKind.AGREEMENT_SIGNED: _("An agreement is signed"),
        NoticeKind.HANDED_OVER: _("Somebody's records are handed over to me"),
        NoticeKind.CHANNEL_PAUSED: _("A team's channel does not work"),
    }[NoticeKind(kind)]


def headline(kind: str, *, what: str, by: str = "", body: Mapping[str, Any] | None = None) -> str:
    """One line: what happened to what; ``by`` is who did it, "" where that is not said."""
    said = {"what": what, "by": by or _("Somebody")}
    if kind == NoticeKind.ESCALATED:
        return _escalated(what, body or {})
    return {
        NoticeKind.ANNOUNCED: _("New: %(what)s"),
        NoticeKind.AT_RISK: _("Due soon: %(what)s"),
        NoticeKind.BREACH: _("Not kept: %(what)s"),
        NoticeKind.ASSIGNED: _("Given to you: %(what)s"),
        NoticeKind.COMMENTED: _("%(by)s commented: %(what)s"),
        NoticeKind.MENTIONED: _("%(by)s mentions you: %(what)s"),
        NoticeKind.DISPUTED: _("%(by)s says that this miss is wrong: %(what)s"),
        NoticeKind.WAIVED: _("Waived: %(what)s"),
        NoticeKind.DISPUTE_REFUSED: _("The miss stands: %(what)s"),
        NoticeKind.RESOLVED: _("Resolved: %(what)s"),
        NoticeKind.DECLARED: _("To confirm: %(what)s"),
        NoticeKind.REFUTED: _("Refuted: %(what)s"),
        NoticeKind.AGREEMENT_IN_REVIEW: _("To read and sign: %(what)s"),
        NoticeKind.AGREEMENT_COMMENTED: _("%(by)s commented: %(what)s"),
        NoticeKind.AGREEMENT_SIGNED: _("%(by)s signed: %(what)s"),
        NoticeKind.HANDED_OVER: _("Handed over to you: %(what)s"),
        NoticeKind.CHANNEL_PAUSED: _("Paused, because nothing arrived for a day: %(what)s"),
    }[NoticeKind(kind)] % said


def due_text(kind: str, body: Mapping[str, Any]) -> str:
    """``due Monday 2 March, 12:00``, or that it was; "" where no deadline is known."""
    if not body.get("due"):
        return ""
    past = kind == NoticeKind.BREACH or (kind == NoticeKind.ESCALATED and body.get("share", 1) >= 1)
    text = _("was due %(when)s") if past else _("due %(when)s")
    return text % {"when": when(body["due"])}


def when(instant: str) -> str:
    """An instant of a body, in the reader's zone: ``Monday 2 March, 12:00``."""
    local = datetime.fromisoformat(instant).astimezone(timezone.get_current_timezone())
    return _("%(day)s, %(time)s") % {"day": date_format(local, "l j F"), "time": date_format(local, "H:i")}


def channel_line(kind: str, title: Any, body: Mapping[str, Any]) -> tuple[str, str]:
    """What a team's chat reads: the promise and what is the matter; no record and nobody's name."""
    promise = localized(title, get_language() or "en") or _("A promise")
    return headline(kind, what=promise, body=body), due_text(kind, body)


def _escalated(what: str, body: Mapping[str, Any]) -> str:
    if not body.get("share"):
        return _("Not kept, and passed on to you: %(what)s") % {"what": what}
    said = {"what": what, "share": percent(body["share"])}
    if body["share"] == 1:
        return _("Its time is up: %(what)s") % said
    return _("Still open after %(share)s of its time: %(what)s") % said
