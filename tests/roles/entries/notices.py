"""Notices of one's own, how often one is mailed, and the webhooks of teams."""

from datetime import date

from reporting.enums import ChannelFormat, NoticeKind
from reporting.models import Mute, Notice, TeamChannel
from tests.pages.story import NOW
from tests.roles.table import HIDDEN, NO, YES, act, page


def notice(house):
    """One of Marie's."""
    given = {"created_at": NOW, "due_at": NOW, "kind": NoticeKind.AT_RISK}
    return [Notice.objects.create(key="one", recipient=house.marie, **given).pk]


def mute(house):
    """One of Marie's."""
    return [Mute.objects.create(user=house.marie, commitment_key="inbound", until=date(2026, 6, 1)).pk]


def channel(house):
    """One of sales."""
    made = TeamChannel.objects.create(
        team=house.sales,
        name="#sales",
        format=ChannelFormat.SLACK,
        url="https://example.com/x",
        created_at=NOW,
    )
    return [made.pk]


NOT_THEIRS = {"manager": HIDDEN, "other": HIDDEN, "admin": HIDDEN, "auditor": HIDDEN}
MANAGERS = {"rep": HIDDEN, "other": HIDDEN}

ENTRIES = [
    page("notices", "one's own notices"),
    act("notices_read", "mark all read", auditor=YES),
    act("notice_read", "mark somebody's read", notice, **NOT_THEIRS),
    page("notice_preferences", "how often one is mailed"),
    act("notice_preferences", "choose how often one is mailed", auditor=YES),
    act("notice_mute", "mute a promise", auditor=YES),
    act("notice_unmute", "hear of somebody's muted promise again", mute, **NOT_THEIRS),
    page("team_channels", "webhooks of teams", rep=NO),
    act("team_channels", "add a webhook", rep=NO),
    act("team_channel_test", "try a webhook", channel, **MANAGERS),
    act("team_channel_pause", "pause a webhook", channel, **MANAGERS),
    act("team_channel_resume", "use a webhook again", channel, **MANAGERS),
    act("team_channel_remove", "remove a webhook", channel, **MANAGERS),
]
