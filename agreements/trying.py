"""A version on trial: measured before anybody signs it, without names and without mails."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.enums import VersionState
from agreements.models import AgreementVersion
from core.audit import record
from people.models import User


class TrialError(ValueError):
    """This version cannot be tried, or is not; the message says why."""


@transaction.atomic
def start_trial(version: AgreementVersion, *, by: User | str, as_of: datetime) -> bool:
    """Measure an unsigned version from now on, or from the day on which it would begin if that is earlier.

    False where it was on trial already. Raises ``TrialError`` for a signed version.
    """
    locked = AgreementVersion.objects.select_for_update().get(pk=version.pk)
    if locked.state == VersionState.SIGNED:
        raise TrialError(
            _("%(version)s is signed: it is measured for real. Start a new version to try something else.")
            % {"version": locked}
        )
    version.trial_since = locked.trial_since
    if locked.trial_since is not None:
        return False
    version.trial_since = locked.trial_since = min(locked.starts_at, as_of).replace(microsecond=0)
    locked.save(update_fields=["trial_since"])
    _note(locked, "agreement.trial_started", by=by, as_of=as_of)
    return True


@transaction.atomic
def end_trial(version: AgreementVersion, *, by: User, as_of: datetime) -> None:
    """Stop measuring an unsigned version; what was measured goes. Raises ``TrialError`` where none runs."""
    locked = AgreementVersion.objects.select_for_update().get(pk=version.pk)
    if locked.trial_since is None or locked.state == VersionState.SIGNED:
        raise TrialError(_("%(version)s is not on trial.") % {"version": locked})
    version.trial_since = locked.trial_since = None
    locked.save(update_fields=["trial_since"])
    _note(locked, "agreement.trial_ended", by=by, as_of=as_of)


def _note(version: AgreementVersion, verb: str, *, by: User | str, as_of: datetime) -> None:
    record(
        actor=by,
        verb=verb,
        object_type="agreement_version",
        object_id=version.pk,
        after={"agreement": version.agreement.key, "version": version.number},
        as_of=as_of,
    )
