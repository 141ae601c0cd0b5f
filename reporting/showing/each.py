"""What each member or account came to, for whoever may see it; everybody else reads the team's figures."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from agreements.terms.values import Promise
from measurement.enums import Verdict
from measurement.readings import Known
from measurement.readings.waived import shown_verdict
from reporting import words
from reporting.labels import each_ref
from reporting.showing.reader import Reader
from reporting.showing.readings import TONES, PeriodView, asked
from reporting.showing.values import Figures


@dataclass(frozen=True, slots=True)
class EachRow:
    """One member or account in one period."""

    reading_id: int
    label: str
    value: str
    target: str
    tone: str
    verdict: str
    verdict_label: str


@dataclass(frozen=True, slots=True)
class EachTable:
    """The rows of one period; ``hidden``: how many are of people whom the reader may not see by name."""

    title: str
    first: str
    rows: list[EachRow]
    hidden: int


def each_table(period: PeriodView, reader: Reader) -> EachTable | None:
    """The members or accounts of a period, those behind first; None where the team owes as a whole."""
    if not period.each:
        return None
    promise = period.promise
    refs = [each_ref(one.reading.each) for one in period.each]
    of_accounts = promise.terms.each == "account"
    reader.learn(refs if of_accounts else [], [] if of_accounts else refs)
    seen = [one for one in period.each if of_accounts or _may_see(one, promise, reader)]
    return EachTable(
        title=_("Each account, %(period)s") % {"period": period.label}
        if of_accounts
        else _("Each member, %(period)s") % {"period": period.label},
        first=_("Account") if of_accounts else _("Member"),
        rows=sorted((_row(one, promise, reader) for one in seen), key=_behind_first),
        hidden=len(period.each) - len(seen),
    )


def sees_each(reading_each: str, promise: Promise, reader: Reader) -> bool:
    """Whether the reader may look at what one member came to; accounts and teams are open to all. Whose it
    is, is looked up for ``each_label``."""
    ref, each = each_ref(reading_each), getattr(promise.terms, "each", "team")
    if ref is None or each == "team":
        return True
    of_member = each == "member"
    reader.learn([] if of_member else [ref], [ref] if of_member else [])
    return not of_member or reader.may_name(ref, promise.team_id)


def each_label(each: str, promise: Promise, reader: Reader) -> str:
    """Whose a reading is: a member as the reader may see them, an account; nobody's said as such."""
    ref = each_ref(each)
    if getattr(promise.terms, "each", "team") == "account":
        return reader.record(ref)
    return _("nobody") if ref is None else reader.member(ref, promise.team_id)


def _may_see(one: Known, promise: Promise, reader: Reader) -> bool:
    ref = each_ref(one.reading.each)
    return ref is None or reader.may_name(ref, promise.team_id, one.reading.period_start)


def _row(one: Known, promise: Promise, reader: Reader) -> EachRow:
    figures, required = Figures.known(one, promise), asked(one)
    return EachRow(
        reading_id=one.reading.pk,
        label=each_label(one.reading.each, promise, reader),
        value=figures.text,
        target=figures.target if required else "–",
        tone=TONES.get(one.verdict, "calm"),
        verdict=one.verdict.value,
        verdict_label=words.verdict(shown_verdict(one.verdict, one.reading.detail)),
    )


def _behind_first(row: EachRow) -> tuple[bool, bool, str]:
    return (row.verdict not in (Verdict.MISSED, Verdict.AT_RISK), row.target == "–", row.label.casefold())
