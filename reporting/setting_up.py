"""From an empty installation to the first verdict: what is there, and what comes next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from agreements.models import AgreementVersion
from core.models import AuditEntry
from core.sender import sender
from leads.models import Batch
from leads.sources import DECLARED
from measurement.sample_facts import SOURCE
from people.enums import Scope, Side
from people.models import ApiToken, Invitation, Membership, Team, User
from reporting.trying_facts import FACT_TESTED
from reporting.trying_mail import MAIL_TESTED

SIDES = (Side.MARKETING, Side.SALES)
SIDE_NAMES = {Side.MARKETING: lazy("marketing"), Side.SALES: lazy("sales"), Side.OTHER: lazy("other")}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: whether it is done, what was found, and the page (url name) on which it is done."""

    key: str
    title: str
    done: bool
    found: str
    page: str
    act: str


@dataclass(frozen=True, slots=True)
class Found:
    """Whether something is there, and what."""

    done: bool
    text: str


def steps(*, as_of: datetime) -> list[Step]:
    """Every step in the order in which they help each other; a constant number of statements."""
    return [
        Step(key, str(title), found.done, found.text, page, str(act))
        for key, title, look, page, act in STEPS
        for found in [look(as_of)]
    ]


def _teams(as_of: datetime) -> Found:
    teams = list(Team.objects.order_by("name"))
    there = {team.side for team in teams}
    missing = [str(SIDE_NAMES[side]) for side in SIDES if side not in there]
    if missing:
        return Found(False, _("No team on the side of: %(sides)s.") % {"sides": ", ".join(missing)})
    return Found(True, ", ".join(team.name for team in teams))


def _managers(as_of: datetime) -> Found:
    managed = set(
        Membership.objects.at(as_of)
        .managing()
        .filter(user__is_active=True)
        .values_list("team__side", flat=True)
    )
    missing = [str(SIDE_NAMES[side]) for side in SIDES if side not in managed]
    people = Membership.objects.at(as_of).values("user_id").distinct().count()
    count = ngettext("%(n)d person in teams.", "%(n)d people in teams.", people) % {"n": people}
    if missing:
        wanted = _("No manager on the side of: %(sides)s.") % {"sides": ", ".join(missing)}
        return Found(False, f"{count} {wanted}")
    return Found(True, count)


def _mail(as_of: datetime) -> Found:
    tested = AuditEntry.objects.filter(verb=MAIL_TESTED).order_by("-id").first()
    words = {"sender": sender()}
    if tested is None:
        return Found(False, _("From %(sender)s; no test mail was sent yet.") % words)
    if not (tested.after or {}).get("taken"):
        return Found(False, _("From %(sender)s; the last test mail was not taken.") % words)
    return Found(True, _("From %(sender)s; the mail server took the last test mail.") % words)


def _draft(as_of: datetime) -> Found:
    versions = AgreementVersion.objects.count()
    if not versions:
        return Found(False, _("No agreement yet: it brings its calendar and its first promises."))
    return Found(
        True, ngettext("%(n)d version written.", "%(n)d versions written.", versions) % {"n": versions}
    )


def _signed(as_of: datetime) -> Found:
    first = AgreementVersion.objects.signed().order_by("starts_at").first()
    if first is None:
        return Found(False, _("Nothing is signed: nothing is measured yet."))
    words = {"version": str(first)}
    if first.starts_at > as_of:
        return Found(True, _("%(version)s is signed and takes effect later.") % words)
    return Found(True, _("%(version)s is in force.") % words)


def _token(as_of: datetime) -> Found:
    tokens = list(ApiToken.objects.usable(as_of).filter(scopes__contains=[Scope.FACTS_WRITE.value]))
    if not tokens:
        return Found(False, _("No program can send facts yet."))
    return Found(True, ", ".join(token.name for token in tokens))


def _fact(as_of: datetime) -> Found:
    by_hand = [SOURCE, DECLARED]
    sources = Batch.objects.exclude(source__in=by_hand).values_list("source", flat=True).distinct()
    others = sorted(set(sources))
    if others:
        return Found(True, _("Facts arrive from: %(sources)s.") % {"sources": ", ".join(others)})
    if AuditEntry.objects.filter(verb=FACT_TESTED).exists():
        return Found(True, _("A test fact was sent; the CRM has sent nothing yet."))
    return Found(False, _("No fact has arrived yet."))


def _invited(as_of: datetime) -> Found:
    open_ones = Invitation.objects.filter(user=OuterRef("pk"), accepted_at=None, expires_at__gt=as_of)
    members = User.objects.filter(is_active=True, memberships__during__contains=as_of).distinct()
    waiting = members.filter(no_password()).exclude(Exists(open_ones)).count()
    asked = members.filter(no_password()).filter(Exists(open_ones)).count()
    if waiting:
        text = ngettext("%(n)d person cannot sign in.", "%(n)d people cannot sign in.", waiting)
        return Found(False, text % {"n": waiting})
    if asked:
        text = ngettext("%(n)d invitation is open.", "%(n)d invitations are open.", asked)
        return Found(True, text % {"n": asked})
    there = members.count()
    return Found(there > 0, _("Everybody in a team can sign in.") if there else _("Nobody is in a team yet."))


def no_password() -> Q:
    """Who has never had a usable password: Django begins the unusable ones with an exclamation mark."""
    return Q(password="") | Q(password__startswith="!")  # noqa: S106 - no password


STEPS: tuple[tuple[str, Any, Callable[[datetime], Found], str, Any], ...] = (
    ("teams", lazy("Teams"), _teams, "setup_teams", lazy("Name the teams")),
    ("people", lazy("People and who manages"), _managers, "setup_people", lazy("Add people")),
    ("mail", lazy("Mails arrive"), _mail, "setup_mail", lazy("Send a test mail")),
    ("invitations", lazy("Invitations"), _invited, "setup_people", lazy("Invite people")),
    ("agreement", lazy("Calendar and first promises"), _draft, "agreement_new", lazy("Write an agreement")),
    ("signed", lazy("Both sides have signed"), _signed, "agreements", lazy("Review and sign it")),
    ("token", lazy("A token for the CRM"), _token, "setup_tokens", lazy("Make a token")),
    ("fact", lazy("A fact is judged"), _fact, "setup_fact", lazy("Send a test fact")),
)
