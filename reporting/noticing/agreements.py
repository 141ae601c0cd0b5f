"""What happens to a version of an agreement, told to those who have to read it and sign it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from agreements.models import AgreementVersion, VersionComment
from agreements.reviewing import comment, send_to_review
from agreements.signing import parties_of, sign
from people.models import Team, User
from reporting.enums import NoticeKind
from reporting.noticing.recipients import Recipients
from reporting.noticing.telling import tell


@transaction.atomic
def send_and_tell(version: AgreementVersion, *, by: User, as_of: datetime) -> None:
    """Send a version to review and tell the managers of all parties. Raises ReviewError."""
    send_to_review(version, by=by, as_of=as_of)
    key = (
        f"agreement_in_review:{version.pk}:{int(as_of.timestamp())}"  # it may be sent again, with other words
    )
    _tell(NoticeKind.AGREEMENT_IN_REVIEW, key, version, _managers(version, as_of), by=by, as_of=as_of)


@transaction.atomic
def comment_and_tell(
    version: AgreementVersion, *, part: str, text: str, by: User, as_of: datetime
) -> VersionComment:
    """Comment on a part and tell the managers of all parties and whoever commented. Raises ReviewError."""
    said = comment(version, part=part, text=text, by=by, as_of=as_of)
    authors = User.objects.filter(pk__in=version.comments.values("author")).order_by("pk")
    people = [*_managers(version, as_of), *authors]
    _tell(
        NoticeKind.AGREEMENT_COMMENTED,
        f"agreement_commented:{said.pk}",
        version,
        people,
        by=by,
        as_of=as_of,
        said=said,
    )
    return said


@transaction.atomic
def sign_and_tell(
    version: AgreementVersion,
    *,
    party: Team,
    by: User,
    as_of: datetime,
    address: str | None,
    seen: str | None,
) -> None:
    """Sign for a party and tell the managers of all parties. Raises SigningError."""
    signature = sign(version, party=party, by=by, as_of=as_of, address=address, seen=seen)
    key = f"agreement_signed:{signature.pk}"
    _tell(NoticeKind.AGREEMENT_SIGNED, key, version, _managers(version, as_of), by=by, as_of=as_of)


def _managers(version: AgreementVersion, as_of: datetime) -> list[User]:
    recipients = Recipients((), as_of=as_of)
    return [user for team in parties_of(version) for user in recipients.managers_of_team(team.pk)]


def _tell(
    kind: NoticeKind,
    key: str,
    version: AgreementVersion,
    people: Iterable[User],
    *,
    by: User,
    as_of: datetime,
    said: VersionComment | None = None,
) -> None:
    """Nobody is told what they did themselves."""
    others = {user.pk: user for user in people if user.pk != by.pk}
    body = {"version": version.pk, "by": by.pk, **({"version_comment": said.pk} if said else {})}
    tell(kind, to=others.values(), key=key, body=body, as_of=as_of)
