"""Notices as they are read, on the page and in mails; as many statements for one as for a hundred."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.document import qualification_of
from agreements.models import Agreement, AgreementVersion, VersionComment
from agreements.promises import history_of, in_force_history
from agreements.terms.values import Promise
from leads.models import Declaration, Lead
from people.models import User
from reporting.enums import BreachType, NoticeKind
from reporting.labels import Label, labels_of
from reporting.models import BreachComment, Dispute, Notice, TeamChannel
from reporting.noticing.words import due_text, headline
from reporting.showing.agreement_words import here
from reporting.showing.declaring import kind_name
from reporting.showing.numbers import number
from reporting.showing.promises import period_name, title_of

TONES = {
    NoticeKind.ANNOUNCED: "running",
    NoticeKind.AT_RISK: "risk",
    NoticeKind.BREACH: "missed",
    NoticeKind.ESCALATED: "missed",
    NoticeKind.WAIVED: "kept",
    NoticeKind.RESOLVED: "kept",
    NoticeKind.AGREEMENT_SIGNED: "kept",
    NoticeKind.CHANNEL_PAUSED: "missed",
}
OF_AGREEMENTS = frozenset(
    {NoticeKind.AGREEMENT_IN_REVIEW, NoticeKind.AGREEMENT_COMMENTED, NoticeKind.AGREEMENT_SIGNED}
)


@dataclass(frozen=True, slots=True)
class ShownNotice:
    """One notice in words: what happened, of which promise, why, and where to look."""

    notice: Notice
    headline: str
    promise: str
    due: str
    why: str
    instead_of: str
    path: str
    tone: str

    @property
    def is_unread(self) -> bool:
        """Whether the reader has not looked at it yet."""
        return self.notice.read_at is None

    @property
    def can_be_muted(self) -> bool:
        """Whether it is about a promise, which can be muted."""
        return bool(self.notice.commitment_key)


def shown_notices(notices: Collection[Notice]) -> list[ShownNotice]:
    """In words, in the active language and zone."""
    known = _Known(notices)
    return [_shown(notice, known) for notice in notices]


def promise_titles(user: Any, *, as_of: datetime) -> dict[str, str]:
    """The promises in force of the agreements that the person may read, by key, as they are called."""
    readable = set(Agreement.objects.visible_to(user, as_of=as_of).values_list("key", flat=True))
    return {
        promise.key: title_of(promise)
        for promise in in_force_history()
        if promise.agreement_key in readable and (promise.ends_at is None or as_of < promise.ends_at)
    }


class _Known:
    """Whatever notices refer to, looked up once."""

    def __init__(self, notices: Collection[Notice]) -> None:
        bodies = [notice.body for notice in notices]
        self.promises = {one.key: one for one in history_of({n.commitment_key for n in notices} - {""})}
        subjects = {body.get("subject") for body in bodies} | {
            notice.breach.subject_id for notice in notices if notice.breach
        }
        self.labels: Mapping[int, Label] = labels_of(subjects)
        self.people = User.objects.in_bulk(_ids(bodies, "by", "instead_of", "leaver"))
        self.comments = BreachComment.objects.in_bulk(_ids(bodies, "comment"))
        self.version_comments = VersionComment.objects.in_bulk(_ids(bodies, "version_comment"))
        self.disputes = Dispute.objects.in_bulk(_ids(bodies, "dispute"))
        self.declarations = Declaration.objects.in_bulk(_ids(bodies, "declaration"))
        self.channels = TeamChannel.objects.in_bulk(_ids(bodies, "channel"))
        whys = [body["why"] for body in bodies if body.get("why")]
        versions = _ids(bodies, "version") | _ids(whys, "version")
        self.versions = AgreementVersion.objects.select_related("agreement").in_bulk(versions)
        leads = [n.body.get("subject") for n in notices if n.kind == NoticeKind.ANNOUNCED]
        self.origins = dict(Lead.objects.filter(ref_id__in=leads).values_list("ref_id", "origin"))

    def person(self, user_id: int | None) -> str:
        """What somebody who did something is called."""
        user = self.people.get(user_id) if user_id else None
        return (user.name or user.email) if user else ""


def _ids(bodies: Iterable[Mapping[str, Any]], *names: str) -> set[int]:
    return {body[name] for body in bodies for name in names if body.get(name)}


def _shown(notice: Notice, known: _Known) -> ShownNotice:
    promise = known.promises.get(notice.commitment_key)
    what = _what(notice, promise, known)
    title = title_of(promise) if promise else ""
    by = known.person(notice.body.get("by"))
    return ShownNotice(
        notice=notice,
        headline=headline(notice.kind, what=what, by=by, body=notice.body),
        promise="" if title == what else title,
        due=due_text(notice.kind, notice.body),
        why=_why(notice, known),
        instead_of=known.person(notice.body.get("instead_of")),
        path=_path(notice, known),
        tone=TONES.get(NoticeKind(notice.kind), ""),
    )


def _what(notice: Notice, promise: Promise | None, known: _Known) -> str:
    """The record, the period, the version: whatever the notice is about."""
    body, breach = notice.body, notice.breach
    if notice.kind in OF_AGREEMENTS:
        version = known.versions.get(body.get("version"))
        return str(version) if version else _("an agreement")
    if notice.kind == NoticeKind.CHANNEL_PAUSED:
        channel = known.channels.get(body.get("channel"))
        return str(channel) if channel else _("a channel")
    if notice.kind == NoticeKind.HANDED_OVER:
        return known.person(body.get("leaver") or body.get("by")) or _("somebody's records")
    if declaration := known.declarations.get(body.get("declaration")):
        return _declared(declaration, known)
    subject = breach.subject_id if breach else body.get("subject")
    label = known.labels.get(subject) if subject else None
    if label:
        return str(label)
    if promise and breach and breach.type == BreachType.PERIOD and breach.period_start:
        return f"{title_of(promise)}, {period_name(promise, breach.period_start)}"
    return title_of(promise) if promise else _("a fact declared by hand")


def _declared(declaration: Declaration, known: _Known) -> str:
    """The act, and the record where it is about one."""
    label = known.labels.get(declaration.subject_id) if declaration.subject_id else None
    return " · ".join(str(part) for part in (kind_name(declaration.kind), label) if part)


def _why(notice: Notice, known: _Known) -> str:
    body = notice.body
    if said := known.comments.get(body.get("comment")):
        return said.text
    if about := known.version_comments.get(body.get("version_comment")):
        return about.text
    if dispute := known.disputes.get(body.get("dispute")):
        return dispute.answer if notice.kind == NoticeKind.DISPUTE_REFUSED else dispute.reason
    if declaration := known.declarations.get(body.get("declaration")):
        return declaration.why if notice.kind == NoticeKind.REFUTED else declaration.note
    if notice.kind == NoticeKind.ANNOUNCED:
        return _qualified(notice, known)
    if channel := known.channels.get(body.get("channel")):
        return channel.error
    return ""


def _qualified(notice: Notice, known: _Known) -> str:
    """Why it qualified: where it comes from, the points and what gave them, the criteria that hold."""
    origin = known.origins.get(notice.body.get("subject"))
    parts = [_("Source: %(source)s") % {"source": origin}] if origin else []
    why = notice.body.get("why")
    version = known.versions.get(why["version"]) if why else None
    if why and version:
        asked = qualification_of(version.document)
        rules = [here(asked.scoring[n].when) for n in why["rules"] if n < len(asked.scoring)]
        criteria = [here(asked.criteria[n].text) for n in why["criteria"] if n < len(asked.criteria)]
        if asked.scoring:
            parts.append(_points(why, rules))
        if criteria:
            parts.append(_("Criteria met: %(criteria)s") % {"criteria": ", ".join(criteria)})
    return ". ".join(parts)


def _points(why: Mapping[str, Any], rules: list[str]) -> str:
    said = {"points": number(why["points"]), "threshold": number(why["threshold"] or 0)}
    text = _("%(points)s points of %(threshold)s") if why["threshold"] else _("%(points)s points")
    return (text % said) + (f" ({', '.join(rules)})" if rules else "")


def _path(notice: Notice, known: _Known) -> str:
    """Where to look: the exception, the promise's clock, the version; else the list of notices."""
    if notice.breach_id:
        return reverse("exception", args=[notice.breach_id])
    if notice.clock_id:
        return reverse("clock", args=[notice.clock_id])
    version = known.versions.get(notice.body.get("version")) if notice.kind in OF_AGREEMENTS else None
    if version:
        page = "agreement_version" if notice.kind == NoticeKind.AGREEMENT_SIGNED else "agreement_review"
        return reverse(page, args=[version.agreement.key, version.number])
    if notice.body.get("declaration") in known.declarations:
        return reverse("declaration", args=[notice.body["declaration"]])
    if notice.kind == NoticeKind.CHANNEL_PAUSED:
        return reverse("team_channels")
    return reverse("notices")
