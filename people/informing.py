"""Changing the rule about names, and informing people of it: what they were told, who confirmed it."""

from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from core import audit
from people.models import NamingPolicy, NoticeRead, User
from people.naming import current_policy

COLUMNS = ("individuals", "notice", "consulted_on", "informed_on", "months_kept")


class UninformedError(ValueError):
    """Individuals cannot be named before everybody was informed; ``field`` says what is missing."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@transaction.atomic
def change_rule(
    *,
    individuals: bool,
    notice: dict[str, str],
    consulted_on: date | None,
    informed_on: date | None,
    months_kept: int,
    by: User,
    as_of: datetime,
) -> NamingPolicy:
    """Replace the company's rule; ``notice`` is the text by language, empty ones are left out.

    Raises UninformedError where individuals are to be named without a notice or the day of informing (the
    French Labour Code asks for both in L1222-4, and for the works council's consultation in L2312-38).
    """
    words = {language: text.strip() for language, text in sorted(notice.items()) if text.strip()}
    if individuals and not words:
        raise UninformedError("notice")
    if individuals and informed_on is None:
        raise UninformedError("informed_on")
    given = (individuals, words, consulted_on, informed_on, months_kept)
    before = NamingPolicy.objects.select_for_update().first()
    rule = before or NamingPolicy()
    was = _as_json(before) if before else None
    for column, value in zip(COLUMNS, given, strict=True):
        setattr(rule, column, value)
    rule.changed_at, rule.changed_by = as_of, by
    rule.save()
    audit.record(
        actor=by,
        verb="names.rule_changed",
        object_type="people.namingpolicy",
        object_id=rule.pk,
        before=was,
        after=_as_json(rule),
        as_of=as_of,
    )
    return rule


def notice_in(rule: NamingPolicy, language: str) -> str:
    """The notice in this language, else in the first one that it was written in; empty without a notice."""
    return rule.notice.get(language) or next(iter(rule.notice.values()), "")


def seal_of(rule: NamingPolicy) -> str:
    """SHA-256 of the notice in all its languages: other words are read anew."""
    words = "\0".join(f"{language}\0{rule.notice[language]}" for language in sorted(rule.notice))
    return sha256(words.encode()).hexdigest()


def read_at(user: User, rule: NamingPolicy) -> datetime | None:
    """When the person confirmed reading the notice as it is worded now; None while they have not."""
    return NoticeRead.objects.filter(user=user, sha256=seal_of(rule)).values_list("at", flat=True).first()


@transaction.atomic
def confirm_reading(user: User, *, seal: str, as_of: datetime) -> bool:
    """The person has read the notice; False where it has other words by now. Twice does nothing."""
    rule = current_policy()
    if not rule.notice or seal != seal_of(rule):
        return False
    _row, is_new = NoticeRead.objects.get_or_create(user=user, sha256=seal, defaults={"at": as_of})
    if is_new:
        audit.record(
            actor=user,
            verb="names.notice_read",
            object_type="people.namingpolicy",
            object_id=rule.pk,
            after={"sha256": seal},
            as_of=as_of,
        )
    return True


def yet_to_read(rule: NamingPolicy) -> QuerySet[User]:
    """Active people who have not confirmed reading the notice as it is worded now, by address."""
    done = NoticeRead.objects.filter(sha256=seal_of(rule)).values("user")
    return User.objects.filter(is_active=True).exclude(pk__in=done).order_by("email")


def _as_json(rule: NamingPolicy) -> dict[str, Any]:
    values = {column: getattr(rule, column) for column in COLUMNS}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
