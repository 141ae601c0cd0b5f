"""Parties sign a version; with the last signature it binds, and never changes again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.composition import compose
from agreements.enums import VersionState
from agreements.freezing import canonical_sha256, refreeze
from agreements.models import AgreementVersion, Signature
from core.audit import record
from core.enums import MarkKind
from core.marks import mark
from people.models import Team, User
from people.visibility import Sight


class SigningError(ValueError):
    """This signature cannot be given; the message says why."""


@transaction.atomic
def sign(
    version: AgreementVersion,
    *,
    party: Team,
    by: User | str,
    as_of: datetime,
    address: str | None = None,
    seen: str | None = None,
) -> Signature:
    """Sign for a party, on a date and from an address, sealed with the SHA-256 of all that the version says.

    ``by`` is a person: a manager of the party, or an administrator in their stead, once the version is in
    review; or the name of the operator, who signs drafts too. ``seen`` is the seal of what the person read.

    Review, or the operator's first signature on a draft, freezes the calendars' public holidays; the last
    signature binds the version and marks the definition as changed, in one transaction. Raises
    ``SigningError``: signed already, not a party, nobody to sign for it, other words than were read, starting
    no later than the version before or, for people, a later version that starts in the past (docs/adr/0009)
    or leaves out a party of the one before.
    """
    locked = AgreementVersion.objects.select_for_update().select_related("agreement").get(pk=version.pk)
    parties = parties_of(locked)
    _refuse_unsignable(locked, party, parties)
    if isinstance(by, User):
        _refuse_person(locked, party, by, as_of=as_of)
    if locked.state == VersionState.DRAFT and not locked.signatures.exists():
        refreeze(locked, as_of=as_of)
    signature = _sign(locked, party, by, as_of=as_of, address=address, seen=seen)
    if locked.signatures.count() == len(parties):
        _bind(locked, parties, signature.sha256, by=by, as_of=as_of)
    version.refresh_from_db(fields=["state", "sha256", "signed_at"])
    return signature


def _sign(
    version: AgreementVersion,
    party: Team,
    by: User | str,
    *,
    as_of: datetime,
    address: str | None,
    seen: str | None,
) -> Signature:
    seal = content_sha256(version)
    others = set(version.signatures.values_list("sha256", flat=True)) - {seal}
    if (seen and seen != seal) or others:
        raise SigningError(
            _("%(version)s has changed since it was read: read it again.") % {"version": version}
        )
    person = by if isinstance(by, User) else None
    signature = version.signatures.create(
        party=party,
        user=person,
        signed_as=str(by)[:200],
        at=as_of,
        address=address,
        in_stead=person is None or party.pk not in Sight(person, as_of=as_of).managed_team_ids,
        sha256=seal,
    )
    signed = {"agreement": version.agreement.key, "version": version.number, "party": party.slug}
    record(
        actor=by,
        verb="agreement.party_signed",
        object_type="agreement_version",
        object_id=version.pk,
        after=signed | {"sha256": seal, "in_stead": signature.in_stead},
        as_of=as_of,
    )
    return signature


def parties_of(version: AgreementVersion) -> list[Team]:
    """The teams that this version names, in its order."""
    teams = {team.slug: team for team in Team.objects.filter(slug__in=version.document.get("parties", ()))}
    return [teams[slug] for slug in version.document.get("parties", ()) if slug in teams]


def parties_left(version: AgreementVersion) -> list[Team]:
    """The parties that have not signed yet; none once it is signed."""
    if version.state == VersionState.SIGNED:
        return []
    signed = set(version.signatures.values_list("party_id", flat=True))
    return [team for team in parties_of(version) if team.pk not in signed]


def parties_to_sign_for(version: AgreementVersion, user: User, *, as_of: datetime) -> list[Team]:
    """The parties without a signature that this person may give: those they manage, all for an admin."""
    sight = Sight.of(user, as_of=as_of)
    if sight.changes_nothing:
        return []
    return [team for team in parties_left(version) if sight.is_admin or team.pk in sight.managed_team_ids]


def void_signatures(version: AgreementVersion, *, by: Any, as_of: datetime) -> int:
    """Take back the signatures of a version whose words have changed since; how many there were.

    A version in review becomes a draft again: both sides look at the new words before anybody signs them.
    """
    if version.state == VersionState.REVIEW:
        version.state = VersionState.DRAFT
        version.save(update_fields=["state"])
    count, _rows = version.signatures.all().delete()
    if count:
        record(
            actor=by,
            verb="agreement.signatures_voided",
            object_type="agreement_version",
            object_id=version.pk,
            before={"signatures": count},
            as_of=as_of,
        )
    return count


def content_sha256(version: AgreementVersion) -> str:
    """The seal of all that a version says: its document, its start, its calendars with their holidays."""
    calendars = version.calendar_uses.select_related("calendar__calendar").order_by("position")
    return canonical_sha256(
        {
            "number": version.number,
            "starts_at": version.starts_at.isoformat(),
            "document": compose(version),
            "calendars": [[use.calendar.calendar.key, use.calendar.holiday_dates] for use in calendars],
        }
    )


def _refuse_unsignable(version: AgreementVersion, party: Team, parties: Sequence[Team]) -> None:
    if version.state == VersionState.SIGNED:
        raise SigningError(_("%(version)s is signed already.") % {"version": version})
    if party not in parties:
        raise SigningError(_("%(team)s is not a party of %(version)s.") % {"team": party, "version": version})
    if version.signatures.filter(party=party).exists():
        raise SigningError(
            _("%(team)s has signed %(version)s already.") % {"team": party, "version": version}
        )
    before = version.agreement.versions.signed().filter(effective_from__gte=version.effective_from).first()
    if before:
        words = {"version": version, "before": before, "date": before.effective_from.isoformat()}
        raise SigningError(_("%(version)s must start after %(before)s, which starts on %(date)s.") % words)


def _refuse_person(version: AgreementVersion, party: Team, by: User, *, as_of: datetime) -> None:
    words = {"version": version, "team": party, "date": version.effective_from.isoformat()}
    if version.state == VersionState.DRAFT:
        raise SigningError(
            _("%(version)s is a draft: send it to review first, so that all parties read the same words.")
            % words
        )
    if party not in parties_to_sign_for(version, by, as_of=as_of):
        raise SigningError(
            _("Only a manager of %(team)s, or an administrator in their stead, signs for it.") % words
        )
    if gone := _left_out(version, by, as_of=as_of):
        raise SigningError(
            _("%(version)s leaves out %(team)s, a party until now: an administrator signs it.")
            % (words | {"team": gone[0]})
        )
    if begins_too_early(version, as_of=as_of):
        raise SigningError(
            _("%(version)s would start on %(date)s, which is past: choose a later date.") % words
        )


def _left_out(version: AgreementVersion, by: User, *, as_of: datetime) -> list[Team]:
    """The parties of the version before that this one has no more, without whose say nobody else releases
    them; none for administrators and for whoever manages them."""
    sight, before = Sight(by, as_of=as_of), version.agreement.versions.signed().order_by("starts_at").last()
    if sight.is_admin or before is None:
        return []
    parties = parties_of(version)
    return [
        team for team in parties_of(before) if team not in parties and team.pk not in sight.managed_team_ids
    ]


def begins_too_early(version: AgreementVersion, *, as_of: datetime) -> bool:
    """Whether a later version would change what has been judged: only the first may begin in the past."""
    return version.starts_at < as_of and version.agreement.versions.signed().exists()


def _bind(
    version: AgreementVersion, parties: Sequence[Team], seal: str, *, by: User | str, as_of: datetime
) -> None:
    version.sha256 = seal
    version.state = VersionState.SIGNED
    version.signed_at = as_of
    version.save(update_fields=["sha256", "state", "signed_at"])
    version.agreement.parties.set(parties)
    mark(MarkKind.DEFINITION, [version.pk], as_of=as_of)
    if version.starts_at > as_of and version.document.get("open_clocks") == "move":
        # Time alone moves the clocks that are open then: they are judged again when the version begins.
        mark(MarkKind.DEFINITION, [version.pk], as_of=as_of, ready_at=version.starts_at)
    record(
        actor=by,
        verb="agreement.signed",
        object_type="agreement_version",
        object_id=version.pk,
        after={"agreement": version.agreement.key, "version": version.number, "sha256": version.sha256},
        as_of=as_of,
    )
