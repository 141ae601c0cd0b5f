"""The words for states, verdicts and causes, in the reader's language (docs/glossary.md)."""

from django.utils.translation import pgettext

from agreements.enums import Period


def clock_state(state: str) -> str:
    """A clock's state."""
    return {
        "running": pgettext("clock", "running"),
        "paused": pgettext("clock", "suspended"),
        "met": pgettext("clock", "met"),
        "overdue": pgettext("clock", "overdue"),
        "late": pgettext("clock", "done late"),
        "failed": pgettext("clock", "failed"),
        "cancelled": pgettext("clock", "cancelled"),
        "excluded": pgettext("clock", "excluded"),
        "unmeasurable": pgettext("clock", "unmeasurable"),
        "at_risk": pgettext("clock", "at risk"),
    }[state]


def verdict(value: str) -> str:
    """A reading's verdict."""
    return {
        "kept": pgettext("reading", "kept"),
        "missed": pgettext("reading", "missed"),
        "on_pace": pgettext("reading", "on pace"),
        "at_risk": pgettext("reading", "at risk"),
        "maturing": pgettext("reading", "maturing"),
        "too_few": pgettext("reading", "too few to judge"),
        "not_required": pgettext("reading", "not required"),
        "waived": pgettext("reading", "waived"),
        "unmeasurable": pgettext("reading", "unmeasurable"),
    }[value]


def breach_state(state: str) -> str:
    """A breach's state."""
    return {
        "open": pgettext("breach", "open"),
        "acknowledged": pgettext("breach", "acknowledged"),
        "disputed": pgettext("breach", "disputed"),
        "waived": pgettext("breach", "waived"),
        "resolved": pgettext("breach", "resolved"),
        "withdrawn": pgettext("breach", "withdrawn"),
    }[state]


def breach_act(act: str) -> str:
    """What somebody did with a breach."""
    return {
        "acknowledge": pgettext("act", "acknowledging"),
        "assign": pgettext("act", "assigning"),
        "resolve": pgettext("act", "resolving"),
        "dispute": pgettext("act", "disputing"),
        "take_back": pgettext("act", "taking the dispute back"),
        "waive": pgettext("act", "waiving"),
        "refuse": pgettext("act", "refusing"),
        "comment": pgettext("act", "the comment"),
    }.get(act, act)


def root_cause(cause: str) -> str:
    """Why a promise was not kept."""
    return {
        "unassigned": pgettext("cause", "nobody was assigned"),
        "on_leave": pgettext("cause", "the owner was on leave"),
        "after_hours": pgettext("cause", "it came outside the hours"),
        "bad_data": pgettext("cause", "the data was wrong"),
        "overlooked": pgettext("cause", "it was overlooked"),
        "capacity": pgettext("cause", "there was too much to do"),
        "process": pgettext("cause", "the process got in the way"),
        "not_logged": pgettext("cause", "it was done but not logged"),
        "rule_is_wrong": pgettext("cause", "the rule is wrong"),
        "feed_late": pgettext("cause", "the facts arrived late"),
    }[cause]


def this_period(period: Period) -> str:
    """The current period, as a phrase."""
    return {
        Period.DAY: pgettext("period", "today"),
        Period.WEEK: pgettext("period", "this week"),
        Period.MONTH: pgettext("period", "this month"),
        Period.QUARTER: pgettext("period", "this quarter"),
        Period.HALF: pgettext("period", "this half-year"),
        Period.YEAR: pgettext("period", "this year"),
    }[period]


def per_period(period: Period) -> str:
    """How often a promise is judged."""
    return {
        Period.DAY: pgettext("period", "judged daily"),
        Period.WEEK: pgettext("period", "judged weekly"),
        Period.MONTH: pgettext("period", "judged monthly"),
        Period.QUARTER: pgettext("period", "judged quarterly"),
        Period.HALF: pgettext("period", "judged half-yearly"),
        Period.YEAR: pgettext("period", "judged yearly"),
    }[period]


def every_period(period: Period) -> str:
    """How often something comes again."""
    return {
        Period.DAY: pgettext("period", "every day"),
        Period.WEEK: pgettext("period", "every week"),
        Period.MONTH: pgettext("period", "every month"),
        Period.QUARTER: pgettext("period", "every quarter"),
        Period.HALF: pgettext("period", "every half-year"),
        Period.YEAR: pgettext("period", "every year"),
    }[period]


def record_type(name: str) -> str:
    """A type of record within a sentence."""
    return {
        "member": pgettext("record", "member"),
        "account": pgettext("record", "account"),
        "contact": pgettext("record", "contact"),
        "lead": pgettext("record", "lead"),
        "deal": pgettext("record", "deal"),
        "campaign": pgettext("record", "event"),
        "content": pgettext("record", "content"),
        "call": pgettext("record", "call"),
    }.get(name, name)


def step_state(state: str) -> str:
    """What became of a step of a checklist."""
    return {
        "done": pgettext("step", "done in time"),
        "late": pgettext("step", "done late"),
        "missing": pgettext("step", "missing"),
        "open": pgettext("step", "still to do"),
    }[state]


def buyer_role(role: str) -> str:
    """A role in a buying decision; a company's own by its own name."""
    return {
        "economic_buyer": pgettext("role", "economic buyer"),
        "decision_maker": pgettext("role", "decision maker"),
        "champion": pgettext("role", "champion"),
        "executive_sponsor": pgettext("role", "executive sponsor"),
        "technical_evaluator": pgettext("role", "technical evaluator"),
        "influencer": pgettext("role", "influencer"),
        "end_user": pgettext("role", "end user"),
        "gatekeeper": pgettext("role", "gatekeeper"),
        "blocker": pgettext("role", "blocker"),
        "legal_compliance": pgettext("role", "legal and compliance"),
        "other": pgettext("role", "other"),
    }.get(role, role)


def told_state(state: str) -> str:
    """What a report said about a clock, or what is known of it since."""
    return {
        "kept": pgettext("told", "kept"),
        "missed": pgettext("told", "missed"),
        "open": pgettext("told", "not judged yet"),
        "left_out": pgettext("told", "left out"),
        "gone": pgettext("told", "no promise"),
    }[state]


def told(state: str) -> str:
    """What a report said of a clock."""
    return {
        "kept": pgettext("told", "kept"),
        "missed": pgettext("told", "missed"),
        "open": pgettext("told", "open"),
        "left_out": pgettext("told", "left out"),
        "gone": pgettext("told", "not a case"),
    }[state]
