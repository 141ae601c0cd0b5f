"""One mail for what waits for one person: in their language and zone, the most pressing first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from people.models import User
from reporting.enums import NoticeKind
from reporting.models import Notice
from reporting.showing.notices import ShownNotice, shown_notices

INLINER = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
ITEMS = 10
PRESSING = (
    NoticeKind.BREACH,
    NoticeKind.ESCALATED,
    NoticeKind.AT_RISK,
    NoticeKind.DISPUTED,
    NoticeKind.ANNOUNCED,
)
#: Several of these about one clock are one thing: only the most pressing is shown.
ABOUT_ONE_THING = frozenset(
    {NoticeKind.BREACH, NoticeKind.ESCALATED, NoticeKind.AT_RISK, NoticeKind.ANNOUNCED}
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready for the outbox."""

    to: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Item:
    """A notice with its absolute address."""

    shown: ShownNotice
    url: str


def letter(user: User, notices: Sequence[Notice], *, is_last: bool, as_of: datetime) -> Letter:
    """The mail that holds these notices; ``is_last``: no other will be sent today."""
    with translation.override(user.language), timezone.override(ZoneInfo(user.timezone)):
        things = pressing(notices)
        items = [_item(shown) for shown in shown_notices(things[:ITEMS])]
        context = {
            "language": translation.get_language(),
            "team": translation.gettext("Notices"),
            "day": as_of.astimezone(ZoneInfo(user.timezone)).date(),
            "items": items,
            "total": len(things),
            "others": len(things) - 1,
            "more": len(things) - len(items),
            "is_last": is_last,
            "notices_url": settings.SITE_URL + reverse("notices"),
            "preferences_url": settings.SITE_URL + reverse("notice_preferences"),
        }
        subject = " ".join(render_to_string("mail/notices/subject.txt", context).split())
        html = render_to_string("mail/notices/body.html", {**context, "subject": subject})
        text = render_to_string("mail/notices/body.txt", context)
    return Letter(user.email, subject, text.strip() + "\n", INLINER.inline(html))


def pressing(notices: Sequence[Notice]) -> list[Notice]:
    """The most pressing first, then the oldest; of one clock only the most pressing."""
    found: dict[object, Notice] = {}
    for notice in sorted(notices, key=_pressure):
        one_thing = notice.clock_id if notice.kind in ABOUT_ONE_THING else None
        found.setdefault(one_thing or ("notice", notice.pk), notice)
    return list(found.values())


def _pressure(notice: Notice) -> tuple[int, datetime, int]:
    kinds = [kind for kind in PRESSING if kind == notice.kind]
    return (PRESSING.index(kinds[0]) if kinds else len(PRESSING), notice.created_at, notice.pk)


def _item(shown: ShownNotice) -> Item:
    return Item(shown, settings.SITE_URL + shown.path)
