"""What happened: records with their history, the append-only event log, and rows that were refused."""

from leads.models.corrections import Correction
from leads.models.declarations import Declaration
from leads.models.erasures import Erasure
from leads.models.events import Event, EventKind, ImpliedEvent, RejectionReason
from leads.models.figures import Counting, Figure, FigureSeries
from leads.models.horizon import Horizon, KeptWhole
from leads.models.imports import ImportJob
from leads.models.quarantine import Batch, QuarantinedRow
from leads.models.records import Account, Campaign, Contact, Content, Deal, Lead, Member, Record
from leads.models.references import Link, RecordVersion, Ref
from leads.models.tiers import TierRoles

__all__ = [
    "Account",
    "Batch",
    "Campaign",
    "Contact",
    "Content",
    "Correction",
    "Counting",
    "Deal",
    "Declaration",
    "Erasure",
    "Event",
    "EventKind",
    "Figure",
    "FigureSeries",
    "Horizon",
    "ImpliedEvent",
    "ImportJob",
    "KeptWhole",
    "Lead",
    "Link",
    "Member",
    "QuarantinedRow",
    "Record",
    "RecordVersion",
    "Ref",
    "RejectionReason",
    "TierRoles",
]
