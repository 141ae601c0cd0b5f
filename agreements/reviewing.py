"""A version is written, then looked at by all parties: sent to review, commented part by part, taken back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.enums import VersionState
from agreements.freezing import refreeze
from agreements.models import AgreementVersion, VersionComment
from agreements.signing import void_signatures
from core.audit import record
from people.models import User


class ReviewError(ValueError):
    """This cannot be done with the version as it stands; the message says why."""


@transaction.atomic
def send_to_review(version: AgreementVersion, *, by: User, as_of: datetime) -> None:
    """Ask all parties to read it: from now on they comment and sign these words."""
    locked = AgreementVersion.objects.select_for_update().get(pk=version.pk)
    if locked.state != VersionState.DRAFT:
        raise ReviewError(_("%(version)s is no draft any more.") % {"version": locked})
    refreeze(locked, as_of=as_of)
    locked.state = VersionState.REVIEW
    locked.save(update_fields=["state"])
    _note(locked, "agreement.sent_to_review", by=by, as_of=as_of)
    version.state = locked.state


@transaction.atomic
def take_back(version: AgreementVersion, *, by: User, as_of: datetime) -> None:
    """Make a version in review a draft again; signatures that were given are void."""
    locked = AgreementVersion.objects.select_for_update().get(pk=version.pk)
    if locked.state != VersionState.REVIEW:
        raise ReviewError(_("%(version)s is not in review.") % {"version": locked})
    void_signatures(locked, by=by, as_of=as_of)
    _note(locked, "agreement.taken_back", by=by, as_of=as_of)
    version.state = locked.state


@transaction.atomic
def comment(version: AgreementVersion, *, part: str, text: str, by: User, as_of: datetime) -> VersionComment:
    """Say something about a part of a version that is not signed yet."""
    locked = AgreementVersion.objects.select_for_update().get(pk=version.pk)
    if locked.state == VersionState.SIGNED:
        raise ReviewError(
            _("%(version)s is signed: comments belong to the next version.") % {"version": locked}
        )
    said = locked.comments.create(part=part, text=text.strip(), author=by, at=as_of)
    _note(locked, "agreement.commented", by=by, as_of=as_of, comment=said)
    return said


@transaction.atomic
def resolve(said: VersionComment, *, by: User, as_of: datetime) -> None:
    """Note that a comment was dealt with; the first who says so counts."""
    if VersionComment.objects.open().filter(pk=said.pk).update(resolved_at=as_of, resolved_by=by):
        _note(said.version, "agreement.comment_resolved", by=by, as_of=as_of, comment=said)
    said.refresh_from_db()


def _note(
    version: AgreementVersion, verb: str, *, by: User, as_of: datetime, comment: VersionComment | None = None
) -> None:
    after = {"agreement": version.agreement.key, "version": version.number}
    record(
        actor=by,
        verb=verb,
        object_type="agreement_version",
        object_id=version.pk,
        after=after | ({"comment": comment.pk, "part": comment.part} if comment else {}),
        as_of=as_of,
    )
