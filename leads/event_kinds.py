"""The standard kinds of events and what each is about; standard library only.

A company's own kinds are rows of EventKind; ``leads.kinds`` knows both.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from leads.enums import RecordType

RETRACTED = "event.retracted"

_ACCOUNT, _CONTACT, _LEAD = RecordType.ACCOUNT, RecordType.CONTACT, RecordType.LEAD
_DEAL, _CAMPAIGN, _CONTENT = RecordType.DEAL, RecordType.CAMPAIGN, RecordType.CONTENT

#: Kind → the types of record it can be about, the usual one first; none for a retraction.
KINDS: Mapping[str, tuple[RecordType, ...]] = {
    "request.received": (_CONTACT, _LEAD),
    "lead.created": (_LEAD,),
    "lead.qualified": (_LEAD,),
    "lead.assigned": (_LEAD,),
    "lead.accepted": (_LEAD,),
    "lead.rejected": (_LEAD,),
    "lead.recycled": (_LEAD,),
    "lead.converted": (_LEAD,),
    "call.made": (_LEAD, _CONTACT),
    "email.sent": (_LEAD, _CONTACT),
    "message.sent": (_LEAD, _CONTACT),
    "meeting.booked": (_LEAD, _CONTACT),
    "meeting.held": (_ACCOUNT, _DEAL),
    "meeting.listened": (_ACCOUNT, _DEAL),
    "call.received": (RecordType.CALL,),
    "call.answered": (RecordType.CALL,),
    "call.abandoned": (RecordType.CALL,),
    "chat.online": (RecordType.MEMBER,),
    "chat.offline": (RecordType.MEMBER,),
    "chat.received": (_CONTACT,),
    "chat.answered": (_CONTACT,),
    "account.created": (_ACCOUNT,),
    "contact.created": (_CONTACT,),
    "contact.joined": (_CONTACT, _ACCOUNT),
    "contact.left": (_CONTACT, _ACCOUNT),
    "email.bounced": (_CONTACT,),
    RETRACTED: (),
    "campaign.ended": (_CAMPAIGN,),
    "campaign.leads_uploaded": (_CAMPAIGN,),
    "deal.created": (_DEAL,),
    "deal.stage_changed": (_DEAL,),
    "deal.won": (_DEAL,),
    "deal.lost": (_DEAL,),
    "deal.reason_recorded": (_DEAL,),
    "content.published": (_CONTENT,),
    "content.announced": (_CONTENT,),
    "content.viewed": (_CONTACT, _ACCOUNT),
    "email.opened": (_CONTACT, _ACCOUNT),
    "email.clicked": (_CONTACT, _ACCOUNT),
    "page.viewed": (_CONTACT, _ACCOUNT),
    "form.submitted": (_CONTACT, _ACCOUNT),
    "event.attended": (_CONTACT, _ACCOUNT),
    "intent.surged": (_ACCOUNT, _CONTACT),
    "competitor.detected": (_ACCOUNT, _CONTACT),
}

#: A person of ours got in touch; with ``data.automatic`` it is no touch.
TOUCHES = frozenset({"call.made", "email.sent", "message.sent", "meeting.booked"})


def near_matches(kind: str, known: Iterable[str]) -> list[str]:
    """Up to three known kinds that the writer may have meant, the likeliest first."""
    return get_close_matches(kind.lower(), sorted(known), n=3, cutoff=0.5)
