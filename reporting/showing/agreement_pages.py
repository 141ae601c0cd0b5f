"""The agreement that a page is about, as far as the reader may see it."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from agreements.models import Agreement
from agreements.rights import may_write
from agreements.signing import parties_to_sign_for
from people.models import Team
from reporting.paper import makes_paper
from reporting.showing.agreements import ShownAgreement, ShownVersion, shown_agreements


class AgreementPage:
    """One version of one agreement before one reader; without a number the one that counts."""

    def __init__(self, user: Any, key: str, number: int | None = None, *, as_of: datetime) -> None:
        self.user = user
        self.as_of = as_of
        self.agreement = _found(user, key, as_of)
        self.shown = _version(self.agreement, number)

    @cached_property
    def may_write(self) -> bool:
        """Whether the reader edits, comments and amends."""
        return may_write(self.agreement.agreement, self.user, as_of=self.as_of)

    @cached_property
    def parties_to_sign_for(self) -> list[Team]:
        """The parties whose signature the reader may give to this version."""
        if self.shown.state != "review":
            return []
        return parties_to_sign_for(self.shown.version, self.user, as_of=self.as_of)

    @property
    def before(self) -> ShownVersion | None:
        """The version that this one follows."""
        return self.agreement.before(self.shown.number)

    def context(self, **more: Any) -> dict[str, Any]:
        """What every template about an agreement needs."""
        return {
            "now": self.as_of,
            "agreement": self.agreement,
            "shown": self.shown,
            "before": self.before,
            "may_write": self.may_write,
            "shows_addresses": self.may_write,
            "makes_pdf": makes_paper(),
            "edits": self.may_write and self.shown.is_open,
            **more,
        }


def _found(user: Any, key: str, as_of: datetime) -> ShownAgreement:
    visible = Agreement.objects.visible_to(user, as_of=as_of).filter(key=key)
    found = shown_agreements(visible, as_of=as_of)
    if not found:
        raise Http404(_("There is no agreement of this key among those of your teams."))
    return found[0]


def _version(agreement: ShownAgreement, number: int | None) -> ShownVersion:
    shown = agreement.shown if number is None else agreement.numbered(number)
    if shown is None:
        raise Http404(_("This agreement has no such version."))
    return shown
