"""From a YAML document to a stored version: created, amended, or left alone when it says nothing new."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation

from agreements import signing, trying
from agreements.composition import compose
from agreements.differences import differences
from agreements.document import Document, Parsed, read_document, read_yaml
from agreements.enums import VersionState
from agreements.freezing import version_for, years_needed
from agreements.linting import LintWarning, lint
from agreements.models import Agreement, AgreementVersion, CalendarVersion, Commitment
from agreements.signing import parties_left, void_signatures
from agreements.terms import Problem, TermsError
from core.audit import record
from leads.kinds import subject_types
from people.memberships import ensure_teams
from people.models import User


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of a document: the version that says it, what it changed in words, what the linter says."""

    version: AgreementVersion
    difference: list[str]
    changed: bool
    warnings: list[LintWarning]


def load(
    text: str | bytes,
    *,
    by: User | str,
    as_of: datetime,
    sign: bool = False,
    trial: bool = False,
    dry_run: bool = False,
) -> Loaded:
    """Create or amend an agreement from its YAML; the same document again does nothing.

    An amendment of a signed version becomes the draft of the next one, an existing draft is replaced (and
    loses its signatures). With ``sign`` the version is then signed for every party by ``by``, with ``trial``
    measured unsigned. With ``dry_run`` nothing is stored. Raises ``DocumentError`` with every problem and its
    line, ``SigningError``, ``TrialError``.
    """
    parsed = read_yaml(text)
    document = checked(parsed)
    with transaction.atomic():
        one_at_a_time()
        loaded = _load(parsed, document, by=by, as_of=as_of)
        if sign:
            for party in parties_left(loaded.version):
                signing.sign(loaded.version, party=party, by=by, as_of=as_of)
        if trial:
            trying.start_trial(loaded.version, by=by, as_of=as_of)
        if dry_run:
            transaction.set_rollback(True)
    return loaded


def checked(parsed: Parsed) -> Document:
    """The document of what was read; ``DocumentError`` with the lines of all that is wrong."""
    try:
        return read_document(parsed.data, kinds=subject_types())
    except TermsError as error:
        raise parsed.error(error.problems) from None


def one_at_a_time() -> None:
    """Until the transaction ends: keys are unique in the company, so two documents may want the same one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('agreements.loading'))")


def _load(parsed: Parsed, document: Document, *, by: User | str, as_of: datetime) -> Loaded:
    agreement, _ = Agreement.objects.get_or_create(key=document.key)
    versions = list(agreement.versions.select_for_update().order_by("-number"))
    same = next((version for version in _standing(versions) if _says(version, parsed.data)), None)
    if same:
        return Loaded(same, [], changed=False, warnings=lint(same))
    if problems := [*_start_problems(document, versions), *_key_problems(document, agreement)]:
        raise parsed.error(problems)
    newest = versions[0] if versions else None
    before = compose(newest) if newest else None
    difference = differences(before, parsed.data)
    with translation.override(settings.LANGUAGE_CODE):  # the log has one language, whoever writes
        logged = differences(before, parsed.data)
    version = _write(agreement, newest, document, by=by, as_of=as_of)
    record(
        actor=by,
        verb="agreement.amended" if newest else "agreement.created",
        object_type="agreement_version",
        object_id=version.pk,
        after={"agreement": agreement.key, "version": version.number, "difference": logged},
        as_of=as_of,
    )
    return Loaded(version, difference, changed=True, warnings=lint(version))


def _standing(versions: list[AgreementVersion]) -> list[AgreementVersion]:
    """The newest version, and the newest signed one where that is a draft: what a document may say again."""
    signed = [version for version in versions if version.state == VersionState.SIGNED]
    return [*versions[:1], *signed[:1]]


def _says(version: AgreementVersion, data: Any) -> bool:
    said = compose(version)
    return not differences(said, data) and list(said.get("calendars") or ()) == list(
        data.get("calendars") or ()
    )


def _start_problems(document: Document, versions: list[AgreementVersion]) -> list[Problem]:
    signed = [version for version in versions if version.state == VersionState.SIGNED]
    if not signed or document.effective_from > signed[0].effective_from:
        return []
    before = signed[0]
    return [
        Problem(
            ("effective_from",),
            f"{document.effective_from} is not after {before.effective_from}, when the signed version "
            f"{before.number} starts; an amendment takes effect on a later date",
        )
    ]


def _key_problems(document: Document, agreement: Agreement) -> list[Problem]:
    """Keys of commitments are unique in the company."""
    keys = [part.key for part in document.commitments]
    taken = dict(
        Commitment.objects.filter(key__in=keys)
        .exclude(version__agreement=agreement)
        .order_by("key")
        .values_list("key", "version__agreement__key")
    )
    return [
        Problem(
            ("commitments", index, "key"),
            f'"{key}" is a commitment of the agreement {taken[key]}; use another key',
        )
        for index, key in enumerate(keys)
        if key in taken
    ]


def _write(
    agreement: Agreement,
    newest: AgreementVersion | None,
    document: Document,
    *,
    by: User | str,
    as_of: datetime,
) -> AgreementVersion:
    draft = newest if newest and newest.state != VersionState.SIGNED else None
    version = draft or AgreementVersion(agreement=agreement, number=newest.number + 1 if newest else 1)
    if draft:
        void_signatures(draft, by=by, as_of=as_of)
    version.title = document.title
    version.form = document.form
    version.document = document.content
    version.effective_from = document.effective_from
    version.starts_at = document.starts_at
    version.created_at = as_of
    version.save()
    _write_parts(version, document, as_of=as_of)
    return version


def _write_parts(version: AgreementVersion, document: Document, *, as_of: datetime) -> None:
    teams = ensure_teams(
        [*document.parties, *document.teams, *(part.owner for part in document.commitments)],
        timezone=document.timezone,
    )
    if not version.agreement.versions.signed().exists():
        version.agreement.parties.set([teams[slug] for slug in document.parties])
    replaced = list(version.calendar_uses.values_list("calendar_id", flat=True))
    version.commitments.all().delete()
    version.calendar_uses.all().delete()
    years = years_needed(document.effective_from, as_of)
    calendars = {part.key: version_for(part.key, part.definition, years) for part in document.calendars}
    for position, calendar in enumerate(calendars.values()):
        version.calendar_uses.create(position=position, calendar=calendar)
    Commitment.objects.bulk_create(
        Commitment(
            version=version,
            position=position,
            key=part.key,
            kind=part.kind,
            owner_id=teams[part.owner],
            calendar=calendars.get(part.calendar or ""),
            terms=part.terms,
        )
        for position, part in enumerate(document.commitments)
    )
    CalendarVersion.objects.filter(pk__in=replaced).unused().delete()
