"""Which column of a file is probably which of our fields, and how its dates are written. Pure.

A guess is only ever offered: whoever imports sees it beside the cells and corrects it.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from leads.importing.mapping import our_fields
from leads.ingestion.resources import EVENTS, RECORDS

#: Our field → what CRMs and spreadsheets call it, in plain letters, English and French.
CALLED: Mapping[str, tuple[str, ...]] = {
    "external_id": ("id", "recordid", "hsobjectid", "identifiant", "reference", "key", "uid", "crmid"),
    "email": ("mail", "emailaddress", "courriel", "adressemail", "adresseemail"),
    "name": ("fullname", "nom", "nomcomplet", "companyname", "accountname", "raisonsociale", "societe"),
    "phone": ("phonenumber", "telephone", "tel", "mobile"),
    "job_title": ("title", "jobtitle", "fonction", "poste", "role"),
    "account": ("accountid", "company", "companyid", "organization", "compte", "entreprise"),
    "contact": ("contactid", "person", "personid", "personne"),
    "lead": ("leadid", "prospect", "piste"),
    "deal": ("dealid", "opportunity", "opportunityid", "affaire"),
    "owner": ("ownerid", "hubspotownerid", "assignedto", "proprietaire", "responsable", "commercial"),
    "origin": ("source", "leadsource", "originalsource", "origine", "provenance"),
    "status": ("leadstatus", "stage", "etat", "statut"),
    "reason": ("rejectionreason", "lostreason", "raison", "motif"),
    "stage": ("dealstage", "etape", "phase"),
    "amount": ("value", "montant", "valeur"),
    "outcome": ("result", "resultat", "issue"),
    "created_at": ("created", "createdate", "createddate", "creationdate", "datedecreation", "creele"),
    "updated_at": ("updated", "lastmodified", "lastmodifieddate", "modifiedat", "modifiele"),
    "closed_at": ("closedate", "closeddate", "wondate", "datedecloture", "clos"),
    "occurred_at": ("date", "when", "timestamp", "datetime", "at", "quand", "activitydate"),
    "recorded_at": ("loggedat", "enteredat", "saisile"),
    "kind": ("type", "event", "eventtype", "evenement", "activity"),
    "actor": ("user", "userid", "by", "doneby", "auteur"),
    "team": ("equipe", "department", "service"),
    "tier": ("niveau", "segment"),
    "industry": ("sector", "secteur"),
    "employees": ("numberofemployees", "headcount", "effectif"),
    "country": ("pays",),
    "domain": ("website", "site", "siteweb"),
    "buyer_role": ("buyerrole", "buyingrole", "roledachat"),
    "ends_at": ("enddate", "end", "fin"),
    "starts_at": ("startdate", "start", "debut"),
    "published_at": ("publishdate", "published", "publiele"),
}
#: How dates are written in files beside ISO 8601; day first before month first, where both would do.
FORMATS = (
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%d-%m-%Y %H:%M",
    "%d-%m-%Y",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
)
ALIKE = 0.87
#: Cells of a column that are looked at.
LOOKED_AT = 200


def guess_fields(resource: str, columns: Sequence[str]) -> dict[str, str]:
    """Our field → the column that probably holds it; each column at most once, exact names first."""
    left = {_plain(column): column for column in reversed(columns) if _plain(column)}
    found: dict[str, str] = {}
    for candidates in (_own_name, _called, _alike):
        for ours in our_fields(resource):
            if ours in found or (ours in ("deleted_at", "merged_into") and candidates is not _own_name):
                continue
            if (name := candidates(ours, left)) is not None:
                found[ours] = left.pop(name)
    return {ours: found[ours] for ours in our_fields(resource) if ours in found}


def guess_formats(cells: Iterable[Any]) -> tuple[list[str], bool]:
    """The formats in which dates are written, and whether any of them lacks an offset.

    Of formats that read every cell the first is meant. Cells in ISO 8601 need none.
    """
    texts = [cell.strip() for cell in cells if isinstance(cell, str) and cell.strip()][:LOOKED_AT]
    iso = [_iso(text) for text in texts]
    others = [text for text, read in zip(texts, iso, strict=True) if read is None]
    needs_zone = bool(others) or any(read.tzinfo is None for read in iso if read is not None)
    if not others:
        return [], needs_zone
    whole = next((form for form in FORMATS if all(_reads(form, text) for text in others)), None)
    if whole:
        return [whole], needs_zone
    return [form for form in FORMATS if any(_reads(form, text) for text in others)][:2], needs_zone


def instant_fields(resource: str) -> list[str]:
    """Our fields that hold instants."""
    if resource == EVENTS:
        return ["occurred_at", "recorded_at"]
    fields = RECORDS[resource].fields.values()
    return [*(field.name for field in fields if field.cast == "timestamptz"), "updated_at"]


def _own_name(ours: str, left: Mapping[str, str]) -> str | None:
    return _plain(ours) if _plain(ours) in left else None


def _called(ours: str, left: Mapping[str, str]) -> str | None:
    return next((name for name in CALLED.get(ours, ()) if name in left), None)


def _alike(ours: str, left: Mapping[str, str]) -> str | None:
    near = get_close_matches(_plain(ours), list(left), n=1, cutoff=ALIKE)
    return near[0] if near else None


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[\W_]+", "", "".join(sign for sign in letters if not unicodedata.combining(sign)))


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _reads(form: str, text: str) -> bool:
    try:
        datetime.strptime(text, form)  # noqa: DTZ007 - only whether it can be read
    except ValueError:
        return False
    return True
