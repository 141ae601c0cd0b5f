"""What people say about a breach, and to whom: only those who may see it can be mentioned."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from people.models import User
from reporting.acting.disputing import person, required
from reporting.acting.news import tell_commented
from reporting.acting.transitions import Act, note, wrong
from reporting.models import Breach, BreachComment

#: ``@claire.martin`` or ``@claire.martin@example.com``; the @ within an address begins no mention.
MENTION = re.compile(r"(?<![\w.+@-])@([\w.+-]*\w(?:@[\w-]+(?:\.[\w-]+)+)?)")
MOST_MENTIONED = 20
LENGTH = 4000


@transaction.atomic
def comment(breach: Breach, *, by: Any, as_of: datetime, text: str) -> BreachComment:
    """Say something about a breach; whoever is mentioned hears of it, and whoever is concerned.

    Raises Problem 422 without a text, with one that is too long, or mentioning somebody who may not see it.
    """
    said = required(text, "text", _("is empty; write what you have to say"))
    if len(said) > LENGTH:
        raise wrong("text", _("is too long; at most %(n)d characters") % {"n": LENGTH})
    mentioned = [_called(name, breach, as_of) for name in dict.fromkeys(MENTION.findall(said))]
    if len(mentioned) > MOST_MENTIONED:
        raise wrong("text", _("mentions too many people; at most %(n)d") % {"n": MOST_MENTIONED})
    made = BreachComment.objects.create(breach=breach, author=person(by), at=as_of, text=said)
    made.mentions.set(mentioned)
    entry = note(
        breach, Act.COMMENT, by=by, before=None, after={"comment": made.pk, "text": said}, as_of=as_of
    )
    tell_commented(breach, entry, mentioned=mentioned, by=by, as_of=as_of)
    return made


def _called(name: str, breach: Breach, as_of: datetime) -> User:
    """The one person of that address, or whose address begins so, among those who may see the breach."""
    people = User.objects.filter(is_active=True)
    known = people.filter(email__iexact=name) if "@" in name else people.filter(email__istartswith=f"{name}@")
    found = [user for user in known[:MOST_MENTIONED] if may_see(user, breach, as_of)]
    if len(found) == 1:
        return found[0]
    said = {"name": f"@{name}"}
    if found:
        raise wrong("text", _("mentions %(name)s, which several people are; write the whole address") % said)
    raise wrong(
        "text",
        _("mentions %(name)s, who is nobody that may see this exception; write the address of somebody")
        % said,
        "unknown",
    )


def may_see(user: User, breach: Breach, as_of: datetime) -> bool:
    """Whether the breach is among those that this person may look at."""
    return Breach.objects.visible_to(user, as_of=as_of).filter(pk=breach.pk).exists()


def mentions_in(comments: Iterable[BreachComment]) -> dict[int, list[User]]:
    """Who is mentioned in each of these comments, fetched with them."""
    return {one.pk: list(one.mentions.all()) for one in comments}
