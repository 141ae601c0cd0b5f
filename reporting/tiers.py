"""How much a record matters: the tier of the account that it belongs to."""

from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from leads.models import Account, Contact, Deal, Lead


def tiers_of(ref_ids: Iterable[int | None]) -> dict[int, int]:
    """Tiers (1 matters most) by ref id of contacts, leads, deals and accounts that have one."""
    wanted = {ref_id for ref_id in ref_ids if ref_id}
    if not wanted:
        return {}
    account_of = {ref_id: ref_id for ref_id in wanted} | _accounts_of(wanted)
    rows = Account.objects.filter(ref_id__in=set(account_of.values()), tier__isnull=False)
    tiers = {ref_id: tier for ref_id, tier in rows.values_list("ref_id", "tier") if tier is not None}
    return {ref_id: tiers[account] for ref_id, account in account_of.items() if account in tiers}


def _accounts_of(wanted: Collection[int]) -> dict[int, int]:
    """The account of each lead (its own, else its contact's), contact and deal."""
    leads = list(Lead.objects.filter(ref_id__in=wanted).values_list("ref_id", "account_id", "contact_id"))
    contact_of = {ref_id: contact for ref_id, account, contact in leads if contact and not account}
    of_contacts = _linked(Contact.objects.filter(ref_id__in={*wanted, *contact_of.values()}))
    return (
        {ref_id: of_contacts[contact] for ref_id, contact in contact_of.items() if contact in of_contacts}
        | {ref_id: account for ref_id, account, _ in leads if account}
        | {ref_id: account for ref_id, account in of_contacts.items() if ref_id in wanted}
        | _linked(Deal.objects.filter(ref_id__in=wanted))
    )


def _linked(records: QuerySet) -> dict[int, int]:
    return dict(records.filter(account_id__isnull=False).values_list("ref_id", "account_id"))
