"""Standard values of record fields (VOCABULARY "Values"); a company may use others. Standard library only."""

from collections.abc import Mapping

LEAD_STATUSES = (
    "raw",
    "inquiry",
    "mql",
    "accepted",
    "qualifying",
    "qualified",
    "disqualified",
    "recycle",
    "ineligible",
)

#: Lead status → the event that taking it implies (CONTRACT §4); the other statuses imply none.
STATUS_IMPLIES: Mapping[str, str] = {
    "mql": "lead.qualified",
    "accepted": "lead.accepted",
    "disqualified": "lead.rejected",
    "recycle": "lead.recycled",
}

#: Rejection reason → whether it says that the data was wrong.
REJECTION_REASONS: Mapping[str, bool] = {
    "unable_to_reach": False,
    "inaccurate_data": True,
    "duplicate": True,
    "test": True,
    "no_consent": True,
    "not_icp": False,
    "no_interest": False,
    "no_budget": False,
    "no_authority": False,
    "bad_timing": False,
    "competitor": False,
    "existing_customer": False,
    "student_or_jobseeker": False,
    "vendor_or_partner": False,
}

BUYER_ROLES = (
    "economic_buyer",
    "decision_maker",
    "champion",
    "executive_sponsor",
    "technical_evaluator",
    "influencer",
    "end_user",
    "gatekeeper",
    "blocker",
    "legal_compliance",
    "other",
)

LOSS_REASONS = (
    "price",
    "competitor",
    "no_decision",
    "timing",
    "missing_feature",
    "poor_fit",
    "lost_champion",
    "procurement_or_legal",
    "unresponsive",
    "our_process",
)

WIN_REASONS = ("product_fit", "price_value", "relationship", "speed", "reference", "integration", "incumbent")

#: Outcomes of a deal that close it.
WON, LOST = "won", "lost"

#: Blanks that ``folded`` takes off, for the statements that must agree with it.
BLANKS = " \t\n\r\u00a0"


def folded(text: str) -> str:
    """How statuses and reasons are compared: "MQL " is mql. What was sent is stored as it was sent."""
    return text.strip(BLANKS).lower()
