"""Leads by score and one lead's points, as they are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from measurement.scored_leads import ScoredLead
from measurement.scoring import Answer, CriterionLine, RuleLine
from measurement.wording.kinds import any_of
from people.visibility import Sight
from reporting.labels import labels_of
from reporting.owner_names import OwnerNames
from reporting.showing import agreement_words as words
from reporting.showing.clauses import conditions_text, selectors_text, within_text
from reporting.showing.fields import field_name
from reporting.showing.numbers import number


@dataclass(frozen=True, slots=True)
class ShownLead:
    """One lead of the list."""

    id: int
    label: str
    owner: str
    points: str
    qualifies: str
    tone: str
    handed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A rule or a criterion: what it says, whether it holds, what it gives and why."""

    text: str
    points: str
    because: str
    answer: str
    tone: str
    detail: str


def shown_leads(found: Sequence[ScoredLead], sight: Sight) -> list[ShownLead]:
    """The rows of a page."""
    labels = labels_of(one.lead for one in found)
    names = OwnerNames((one.owner for one in found), sight)
    return [_lead(one, str(labels.get(one.lead, one.lead)), names) for one in found]


def shown_rules(lines: Sequence[RuleLine]) -> list[ShownLine]:
    """Every rule about one lead."""
    return [
        ShownLine(
            text=words.here(line.rule.when),
            points=_signed(line),
            because=words.here(line.rule.because),
            answer=_answer(line.answer),
            tone=TONES[line.answer],
            detail=_detail(line),
        )
        for line in lines
    ]


def shown_criteria(lines: Sequence[CriterionLine]) -> list[ShownLine]:
    """Every criterion that is asked of one lead."""
    return [
        ShownLine(
            text=words.here(line.criterion.text),
            points="",
            because=line.criterion.persona if line.criterion.persona != "any" else _("any persona"),
            answer=_answer(line.answer),
            tone=TONES[line.answer],
            detail=conditions_text(line.criterion.where) if line.criterion.where else "",
        )
        for line in lines
    ]


TONES = {Answer.YES: "kept", Answer.NO: "", Answer.PEOPLE: "running"}


def verdict(one: ScoredLead) -> tuple[str, str]:
    """Whether it qualifies, in words, and the tone."""
    if one.scored.qualifies is None:
        return _("people decide"), "running"
    return (_("qualifies"), "kept") if one.scored.qualifies else (_("does not qualify"), "")


def why(one: ScoredLead) -> str:
    """The verdict in a sentence."""
    scored = one.scored
    said: dict[str, Any] = {"points": number(scored.points)}
    parts = [_("%(points)s points") % said]
    if scored.threshold is not None:
        said["threshold"] = number(scored.threshold)
        enough = _("%(points)s points, and %(threshold)s are enough")
        parts = [(enough if scored.enough_points else _("%(points)s points of %(threshold)s")) % said]
    failing = [line for line in scored.criteria if line.answer is Answer.NO]
    if failing:
        texts = ", ".join(f"“{words.here(line.criterion.text)}”" for line in failing)
        parts.append(_("not met: %(criteria)s") % {"criteria": texts})
    return "; ".join(parts)


def _lead(one: ScoredLead, label: str, names: OwnerNames) -> ShownLead:
    text, tone = verdict(one)
    owner = names.name(one.owner) or (_("unassigned") if one.owner is None else "")
    return ShownLead(one.lead, label, owner, number(one.scored.points), text, tone, one.handed_at)


def _signed(line: RuleLine) -> str:
    points = line.points if line.answer is Answer.YES else line.rule.points
    text = f"{'+' if points > 0 else '−' if points < 0 else ''}{number(abs(points))}"
    return text if line.answer is Answer.YES else f"({text})"  # what it would have given


def _answer(answer: Answer) -> str:
    return {Answer.YES: _("yes"), Answer.NO: _("no"), Answer.PEOPLE: _("judged by people")}[answer]


def _detail(line: RuleLine) -> str:
    if line.fact is not None:
        return any_of((line.fact.kind,), get_language() or "en", {})
    if line.answer is Answer.PEOPLE:
        return ""
    if line.missing:
        return _("not so: %(field)s") % {"field": field_name(line.missing)}
    checked = [conditions_text(line.rule.where)] if line.rule.where else []
    if line.rule.events:
        checked.append(selectors_text(line.rule.events))
    if line.rule.within:
        checked.append(within_text(line.rule.within))
    text = ", ".join(checked)
    return _("did not happen: %(what)s") % {"what": text} if line.answer is Answer.NO else text
