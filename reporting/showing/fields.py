"""What the fields of conditions are called in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_NAMES = {
    "account.name": gettext_lazy("name of the account"),
    "account.domain": gettext_lazy("domain of the account"),
    "account.tier": gettext_lazy("tier of the account"),
    "account.named": gettext_lazy("named account"),
    "account.industry": gettext_lazy("industry of the account"),
    "account.employees": gettext_lazy("employees of the account"),
    "account.country": gettext_lazy("country of the account"),
    "account.owner": gettext_lazy("owner of the account"),
    "account.contact_goal": gettext_lazy("contact goal of the account"),
    "account.created_at": gettext_lazy("account"),
    "contact.account": gettext_lazy("account of the contact"),
    "contact.email": gettext_lazy("e-mail of the contact"),
    "contact.phone": gettext_lazy("phone of the contact"),
    "contact.name": gettext_lazy("name of the contact"),
    "contact.job_title": gettext_lazy("job title of the contact"),
    "contact.buyer_role": gettext_lazy("buyer role of the contact"),
    "contact.persona": gettext_lazy("persona of the contact"),
    "contact.owner": gettext_lazy("owner of the contact"),
    "contact.created_at": gettext_lazy("contact"),
    "lead.contact": gettext_lazy("contact of the lead"),
    "lead.account": gettext_lazy("account of the lead"),
    "lead.origin": gettext_lazy("origin of the lead"),
    "lead.campaign": gettext_lazy("event that the lead comes from"),
    "lead.status": gettext_lazy("status of the lead"),
    "lead.reason": gettext_lazy("reason of the lead"),
    "lead.score": gettext_lazy("score of the lead"),
    "lead.owner": gettext_lazy("owner of the lead"),
    "lead.created_at": gettext_lazy("lead"),
    "deal.account": gettext_lazy("account of the deal"),
    "deal.lead": gettext_lazy("lead of the deal"),
    "deal.owner": gettext_lazy("owner of the deal"),
    "deal.name": gettext_lazy("name of the deal"),
    "deal.stage": gettext_lazy("stage of the deal"),
    "deal.amount": gettext_lazy("amount of the deal"),
    "deal.currency": gettext_lazy("currency of the deal"),
    "deal.outcome": gettext_lazy("outcome of the deal"),
    "deal.reason": gettext_lazy("reason of the deal"),
    "deal.created_at": gettext_lazy("deal"),
    "deal.closed_at": gettext_lazy("closing of the deal"),
    "campaign.name": gettext_lazy("name of the event"),
    "campaign.type": gettext_lazy("type of the event"),
    "campaign.starts_at": gettext_lazy("beginning of the event"),
    "campaign.ends_at": gettext_lazy("end of the event"),
    "campaign.expected_leads": gettext_lazy("leads expected of the event"),
    "campaign.owner": gettext_lazy("owner of the event"),
    "content.title": gettext_lazy("title of the content"),
    "content.published_at": gettext_lazy("publication of the content"),
    "content.important": gettext_lazy("important content"),
    "content.owner": gettext_lazy("owner of the content"),
    "data.reason": gettext_lazy("reason"),
    "data.channel": gettext_lazy("channel"),
    "data.wait": gettext_lazy("waiting time in seconds"),
    "data.bad_data": gettext_lazy("wrong data"),
    "data.attendees": gettext_lazy("one of the attendees"),
    "data.leads": gettext_lazy("number of leads"),
    "data.owner": gettext_lazy("owner"),
}


def field_name(field: str) -> str:
    """What a condition's field is called; fields of one's own by their own name, with whose they are."""
    if field in _NAMES:
        return str(_NAMES[field])
    record, _dot, name = field.partition(".")
    said = {"name": name.removeprefix("attributes."), "record": _record(record)}
    return _("“%(name)s” of the %(record)s") % said


def _record(record: str) -> str:
    return {
        "account": _("account"),
        "contact": _("contact"),
        "lead": _("lead"),
        "deal": _("deal"),
        "campaign": _("event"),
        "content": _("content"),
        "data": _("fact"),
    }.get(record, record)


def records_name(resource: str) -> str:
    """What a rate is of, in the plural."""
    return {
        "accounts": _("accounts"),
        "contacts": _("contacts"),
        "leads": _("leads"),
        "deals": _("deals"),
        "campaigns": _("events"),
        "contents": _("contents"),
    }.get(resource, resource)
