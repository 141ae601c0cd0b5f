"""Parts of a draft rewritten by hand, through the one way in: the whole document, read and loaded again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from agreements.composition import compose
from agreements.document import read_document, write_yaml
from agreements.document.order import KEYS, ordered
from agreements.loading import Loaded, load
from agreements.models import AgreementVersion
from agreements.terms import Problem, TermsError
from leads.kinds import subject_types
from people.models import User


class EditError(ValueError):
    """The document would not be right; ``problems`` has each place and what to write instead."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


def rewrite(version: AgreementVersion, parts: Mapping[str, Any], *, by: User, as_of: datetime) -> Loaded:
    """Replace whole parts of a draft ("goals", "sections" …); an empty one is left out.

    Raises ``EditError`` with the places within the document, ``DocumentError`` for what concerns other
    agreements or versions.
    """
    data = rewritten(version, parts)
    try:
        read_document(data, kinds=subject_types())
    except TermsError as error:
        raise EditError(error.problems) from error
    return load(write_yaml(data), by=by, as_of=as_of)


def rewritten(version: AgreementVersion, parts: Mapping[str, Any]) -> dict[str, Any]:
    """The document of a version with some of its parts replaced."""
    data = compose(version) | dict(parts)
    return ordered({key: value for key, value in data.items() if value not in (None, "", [], {})}, KEYS)
