"""CONTRACT §4 as data, written down independently of the code: what is sent and what is answered."""


def _words(*lines: str) -> list[str]:
    return " ".join(lines).split()


_EVERY = "external_id updated_at deleted_at merged_into attributes"

#: Resource → fields of a row.
FIELDS: dict[str, list[str]] = {
    **{
        name: _words(fields, _EVERY)
        for name, fields in {
            "members": "email name team active",
            "accounts": "name domain tier named industry employees country owner contact_goal created_at",
            "contacts": "account email phone name job_title buyer_role persona owner created_at",
            "leads": "contact account origin campaign status reason score owner created_at",
            "deals": "account lead owner name stage amount currency outcome reason created_at closed_at",
            "campaigns": "name type starts_at ends_at expected_leads owner",
            "contents": "title published_at important owner",
        }.items()
    },
    "events": _words(
        "external_id kind occurred_at recorded_at",
        "account contact lead deal campaign content actor data",
    ),
}

#: Resource → what a row needs beside its external_id.
LEAST: dict[str, dict[str, str]] = {
    "members": {"email": "rae@example.com"},
    "accounts": {"name": "Account"},
    **{name: {} for name in ("contacts", "leads", "deals", "campaigns", "contents")},
    "events": {"kind": "call.made", "occurred_at": "2026-04-07T09:00:00Z"},
}

#: List → at least these fields in every row.
SHOWN: dict[str, list[str]] = {
    "clocks": _words(
        "id commitment version subject subject_type owner started_at due_at warn_at stopped_at state",
        "allowed_seconds elapsed_seconds business_seconds paused_seconds unassigned_seconds repeats",
    ),
    "commitments": _words("key title owner kind agreement version state terms"),
    "readings": _words(
        "id commitment version period_start period_end each",
        "value numerator denominator left_out target verdict",
    ),
    "breaches": _words(
        "id type commitment subject owner assignee opened_at state",
        "historic root_cause next_step clock reading",
    ),
}
EXPLANATION = _words("sentence segments events owners clause version")
COMPLIANCE_ROW = _words("key met late overdue failed running left_out kept_rate")
REPORT = _words("team day as_of built_at sections freshness")
SECTIONS = _words("kept fix_today at_risk decided restated")
