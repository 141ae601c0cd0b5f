"""What a reader should know before signing: the lints of agreements, told in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agreements.calendars import schedule_of
from agreements.composition import compose
from agreements.document import Document, read_document
from agreements.lints import Finding, Surroundings, agreement_findings, commitment_findings
from agreements.models import AgreementVersion
from leads.kinds import bad_data_reasons, subject_types
from people.memberships import team_tree
from people.models import Team

MESSAGES = {
    "always_paused": gettext_noop("%(event)s starts the clock and pauses it at once, and nothing resumes it"),
    "baseline_after_start": gettext_noop(
        "the baseline ends on %(last)s, but the agreement starts on %(start)s: it measures itself; "
        "end the window before"
    ),
    "baseline_too_short": gettext_noop(
        "%(days)d days are shorter than one period: chance decides; take several periods"
    ),
    "baseline_unused": gettext_noop(
        "the target does not name the baseline; write for example >= baseline + 2 points, or take it out"
    ),
    "begins_in_past": gettext_noop(
        "starts before it was written: what was judged since then is judged again"
    ),
    "assumed_subdivision": gettext_noop(
        "the public holidays of %(country)s differ by subdivision: those of %(assumed)s are taken; name yours"
    ),
    "beyond_horizon": gettext_noop(
        "public holidays are known from %(first)d to %(last)d, but the agreement starts in %(year)d"
    ),
    "business_units_without_calendar": gettext_noop(
        "%(duration)s counts business time, but there is no calendar: it counts day and night (24 × 7)"
    ),
    "coverage_without_calendar": gettext_noop("there is no calendar: day and night must be covered (24 × 7)"),
    "crosses_midnight": gettext_noop(
        "%(window)s ends before it starts: read as open for %(hours)s hours, into the next day"
    ),
    "data_of_no_event": gettext_noop(
        "%(field)s is of events, and %(of)s are records: it never holds; use a field of the record"
    ),
    "empty_calendar": gettext_noop("never opens: business time never passes"),
    "empty_target": gettext_noop("%(target)s is always kept"),
    "ending_covers_start": gettext_noop(
        "%(event)s starts the clock and is a %(name)s as well: it ends at once"
    ),
    "entered_at_once": gettext_noop(
        "nothing is entered the very moment it happens: nothing would ever count; write a time"
    ),
    "having_covers_of": gettext_noop(
        "%(event)s is counted and is what is asked for as well: everything has it; ask for a later event"
    ),
    "having_covers_where": gettext_noop(
        "what is asked of %(field)s holds of everything counted: the rate is always 100%%; "
        "take it out of one of them"
    ),
    "having_never_holds": gettext_noop(
        "nothing that is counted can have what is asked of %(field)s: the rate is always 0%%; "
        "change one of the conditions"
    ),
    "impossible_target": gettext_noop("%(target)s can never be kept"),
    "min_sample_without_cases": gettext_noop(
        "a %(kind)s has no number of cases below which it is too few; take it out"
    ),
    "missing_section": gettext_noop("the long form has this part, and it is not written"),
    "never_resumes": gettext_noop("nothing resumes the clock: once paused it never becomes due"),
    "never_starts": gettext_noop("the conditions on %(field)s can never all hold: nothing is ever measured"),
    "no_commitments": gettext_noop("there are none: nothing is promised that can be measured"),
    "nothing_entered": gettext_noop(
        "what it asks for is no event, so that nothing is entered late or in time; take it out"
    ),
    "one_party": gettext_noop("an agreement is between two teams or more"),
    "owner_not_a_party": gettext_noop("%(team)s owes this and is not a party: it does not sign"),
    "part_of_a_count": gettext_noop("%(target)s cannot be counted; write a whole number"),
    "presence_never_ends": gettext_noop(
        "%(event)s is the beginning and the end of being there; name two kinds of events"
    ),
    "prorated_limit": gettext_noop(
        "with %(op)s a short week is allowed less, not owed less; take prorate out if that is not meant"
    ),
    "ramp_to_the_end": gettext_noop(
        "from %(target)s the ramp comes to %(end)s at step %(steps)d (one a %(every)s): one miss is one too "
        "many then; make it smaller or rarer"
    ),
    "start_twice": gettext_noop("%(event)s is named twice"),
    "starts_no_clock": gettext_noop("%(event)s is about no record: it starts no clock"),
    "steps_of_another_record": gettext_noop(
        "%(event)s is about a %(type)s, and the promise about a %(subject)s: no step is ever done"
    ),
    "stop_and_cancel": gettext_noop(
        "%(event)s is a stop as well, and at one instant a stop counts before a %(name)s: what the stop "
        "takes never is one; take it out of one of them"
    ),
    "stop_before_cancel": gettext_noop(
        "%(event)s is a stop as well, and at one instant a stop counts before a %(name)s: what the stop "
        "takes never is one; on the stop write where: {%(without)s}"
    ),
    "tiny_share": gettext_noop("%(target)s is less than one in a hundred; if %(meant)s is meant, write that"),
    "unknown_buyer_role": gettext_noop(
        "%(role)s is no usual buyer role (%(near)s); write present where any role will do"
    ),
    "unknown_reason": gettext_noop("nobody rejects with the reason %(reason)s; known: %(near)s"),
    "unknown_role": gettext_noop("%(role)s is no role, so nobody is told; use %(roles)s or a party"),
    "until_of_others": gettext_noop(
        "%(until)s is the room for contacts, and %(event)s is counted; leave until out"
    ),
    "until_with_limit": gettext_noop(
        "%(until)s ends what is owed, and with %(op)s nothing is owed; leave until out"
    ),
    "warn_at_out_of_range": gettext_noop(
        "%(share)s never warns before the deadline; write between 1%% and 99%%"
    ),
}
"""A sentence for each code."""


@dataclass(frozen=True, slots=True)
class LintWarning:
    """One thing to look at: a stable code, the place (``inbound.stop``), a sentence to read."""

    code: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


def lint(version: AgreementVersion) -> list[LintWarning]:
    """Everything that is allowed in this version and hardly meant, in the order of the document.

    Raises ``TermsError`` where the stored version cannot be read.
    """
    document = read_document(compose(version))
    return [
        LintWarning(f.code, f.where, _(MESSAGES[f.code]) % f.values) for f in _findings(version, document)
    ]


def _findings(version: AgreementVersion, document: Document) -> Iterator[Finding]:
    around = surroundings(version)
    if version.number > 1 and version.starts_at < version.created_at:
        yield Finding("begins_in_past", "effective_from")
    yield from agreement_findings(document, around)
    for part in document.commitments:
        yield from commitment_findings(part, document, around)


def surroundings(version: AgreementVersion) -> Surroundings:
    """What the lints need to know beside the document."""
    uses = version.calendar_uses.select_related("calendar__calendar")
    calendars = {use.calendar.calendar.key: use.calendar for use in uses}
    slugs = dict(Team.objects.order_by().values_list("id", "slug"))
    return Surroundings(
        subjects=subject_types(),
        reasons=sorted(bad_data_reasons()),
        lines={slugs[team]: frozenset(slugs[above] for above in line) for team, line in team_tree().items()},
        schedules={key: schedule_of(calendar) for key, calendar in calendars.items()},
        years={key: (calendar.first_year, calendar.last_year) for key, calendar in calendars.items()},
    )
