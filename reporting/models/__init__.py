"""What we tell people: breaches, the day's frozen report, notices, and what was delivered to whom."""

from reporting.models.breaches import Breach, BreachComment, Dispute
from reporting.models.mails import ReceivedMail
from reporting.models.notices import Mute, Notice, NoticePreference, TeamChannel
from reporting.models.reports import DailyReport, Delivery, ToldVerdict

__all__ = [
    "Breach",
    "BreachComment",
    "DailyReport",
    "Delivery",
    "Dispute",
    "Mute",
    "Notice",
    "NoticePreference",
    "ReceivedMail",
    "TeamChannel",
    "ToldVerdict",
]
