"""Parts of a draft rewritten by hand, through the one way in: the whole document, read and loaded again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.composition import compose
from agreements.document import Document, DocumentError, read_document, write_yaml
from agreements.document.order import KEYS, ordered
from agreements.enums import VersionState
from agreements.loading import Loaded, load, one_at_a_time
from agreements.models import AgreementVersion
from agreements.terms import Problem, TermsError
from leads.kinds import subject_types
from people.models import User


class EditError(DocumentError):
    """The document would not be right; ``problems`` has each place and what to write instead."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__(map(str, problems))


@transaction.atomic
def rewrite(
    version: AgreementVersion,
    parts: Mapping[str, Any],
    *,
    by: User,
    as_of: datetime,
    seen: Mapping[str, Any] | None = None,
) -> Loaded:
    """Replace whole parts of a draft ("goals", "sections" …); an empty one is left out. ``seen``: what these
    parts said when the person looked.

    Raises ``EditError`` with the places within the document, ``DocumentError`` for what concerns other
    agreements or versions, for parts that say something else by now, and for a version signed meanwhile.
    """
    one_at_a_time()
    held = open_version(version.pk)
    document = compose(held)
    if any(document.get(key) != value for key, value in (seen or {}).items()):
        raise changed_meanwhile()
    data = document | dict(parts)
    data = ordered({key: value for key, value in data.items() if value not in (None, "", [], {})}, KEYS)
    read_whole(data)
    return load(write_yaml(data), by=by, as_of=as_of)


def open_version(version_id: int) -> AgreementVersion:
    """The version, locked until the transaction ends; ``DocumentError`` once it is signed."""
    held: AgreementVersion = (
        AgreementVersion.objects.select_for_update(of=("self",))
        .select_related("agreement")
        .get(pk=version_id)
    )
    if held.state == VersionState.SIGNED:
        raise DocumentError([_("A signed version never changes; start a new one.")])
    return held


def read_whole(data: Mapping[str, Any]) -> Document:
    """A document put together from parts; ``EditError`` with all that is wrong."""
    try:
        return read_document(data, kinds=subject_types())
    except TermsError as error:
        raise EditError(error.problems) from error


def changed_meanwhile() -> DocumentError:
    """Somebody else was quicker."""
    return DocumentError([_("Somebody changed this part meanwhile. Look at it again before you save.")])
