"""The form of one part of a draft: its text, its rows, and what they make of the document."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from agreements.composition import compose
from agreements.document.order import SECTIONS
from agreements.freezing import canonical_sha256
from agreements.models import AgreementVersion
from agreements.part_columns import ABOUT, GOALS_OF, ROWS, TEXT, THRESHOLD, RowSet
from agreements.part_forms import Column, RowForm
from agreements.terms import Problem

EDITABLE = ("about", *SECTIONS)
BLANK_ROWS = 2
_ABOUT_KEYS = tuple(column.name for column in ABOUT)


class PartEditor:
    """The forms of a part; ``teams`` are all teams of the company, slug → name."""

    def __init__(
        self, version: AgreementVersion, part: str, teams: Mapping[str, str], given: Any = None
    ) -> None:
        self.part = part
        self.given = given
        self.document = compose(version)
        named = [*self.document.get("parties", ()), *self.document.get("teams", ())]
        self.teams = {slug: teams.get(slug, slug) for slug in named}
        self.all_teams = {slug: name for slug, name in teams.items() if slug not in self.document["parties"]}
        self.singles = self._singles()
        self.sets = [(rows, self._formset(rows)) for rows in ROWS.get(part, ())]

    @property
    def seen(self) -> str:
        """The seal of the words that the form was made of: others may have changed them meanwhile."""
        return canonical_sha256(self.held)

    @property
    def held(self) -> dict[str, Any]:
        """The parts of the document that the form may change, as they were when it was made."""
        paths = [path for _name, path, _form in self.singles if path] + [rows.path for rows, _f in self.sets]
        keys = _ABOUT_KEYS if self.part == "about" else sorted({path[0] for path in paths})
        return {key: self.document.get(key) for key in keys}

    def is_valid(self) -> bool:
        """Whether every field can be read; whether the document is right is found by writing it."""
        checked = [form.is_valid() for form in self._forms()]  # each of them, so that each shows its errors
        return all(checked)

    def parts(self) -> dict[str, Any]:
        """The parts of the document that change, whole."""
        changed: dict[str, Any] = {}
        for _name, path, form in self.singles:
            self._put(changed, path, form.written())
        for rows, formset in self.sets:
            self._put_rows(changed, rows, [form.written() for form in _kept(formset)])
        return changed

    def mark(self, problems: Iterable[Problem]) -> list[str]:
        """Show each problem at its field; those that belong to no field of this part are returned."""
        return [str(problem) for problem in problems if not self._mark(problem)]

    def _forms(self) -> list[Any]:
        return [form for _name, _path, form in self.singles] + [formset for _rows, formset in self.sets]

    def _singles(self) -> list[tuple[str, tuple[str, ...], RowForm]]:
        if self.part == "about":
            return [("about", (), self._form("about", ABOUT, self.document, self.all_teams))]
        sections = self.document.get("sections") or {}
        found: list[tuple[str, tuple[str, ...], RowForm]] = [
            ("text", ("sections", self.part), self._form("text", TEXT, {"text": sections.get(self.part)}))
        ]
        if self.part == "handoff":
            owed = tuple(Column(slug, name, "long") for slug, name in self.teams.items())
            held = self.document.get("responsibilities") or {}
            found.append(("responsibilities", ("responsibilities",), self._form("owed", owed, held)))
            mql = self.document.get("mql") or {}
            found.append(("threshold", ("mql",), self._form("mql", THRESHOLD, mql)))
        return found

    def _form(
        self,
        prefix: str,
        columns: tuple[Column, ...],
        row: Mapping[str, Any],
        teams: Mapping[str, str] | None = None,
    ) -> RowForm:
        made = type(
            "PartForm", (RowForm,), {"columns": columns, "teams": self.teams if teams is None else teams}
        )
        return made(self.given, prefix=prefix, initial=row)

    def _formset(self, rows: RowSet) -> Any:
        form = type("RowOfPart", (RowForm,), {"columns": rows.columns, "teams": self.teams})
        made: Any = forms.formset_factory(form, extra=BLANK_ROWS, can_delete=True)
        return made(self.given, prefix=rows.name, initial=self._held(rows))

    def _held(self, rows: RowSet) -> list[dict[str, Any]]:
        value: Any = self.document
        for step in rows.path:
            value = (value or {}).get(step)
        return [row for row in value or () if rows.name != "goals" or row["part"] == GOALS_OF[self.part]]

    def _others(self, rows: RowSet) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Goals of the other parts, which share one list: those before this part's and those after."""
        goals = list(self.document.get("goals") or ()) if rows.name == "goals" else []
        own = GOALS_OF.get(self.part)
        first = next((index for index, goal in enumerate(goals) if goal["part"] == own), len(goals))
        return goals[:first], [goal for goal in goals[first:] if goal["part"] != own]

    def _put(self, changed: dict[str, Any], path: tuple[str, ...], written: dict[str, Any]) -> None:
        if not path:
            changed.update({key: written.get(key) for key in _ABOUT_KEYS})
        elif path[0] == "sections":
            sections = dict(self.document.get("sections") or {}) | {path[1]: written.get("text")}
            changed["sections"] = {name: text for name, text in sections.items() if text}
        elif path[0] == "mql":
            changed["mql"] = self._mql(changed) | written
        else:
            changed[path[0]] = written

    def _mql(self, changed: Mapping[str, Any]) -> dict[str, Any]:
        held = changed["mql"] if "mql" in changed else self.document.get("mql") or {}
        return {key: value for key, value in held.items() if "mql" in changed or key != "threshold"}

    def _put_rows(self, changed: dict[str, Any], rows: RowSet, written: list[dict[str, Any]]) -> None:
        if rows.path[0] == "mql":
            mql = self._mql(changed) | {rows.path[1]: written}
            changed["mql"] = {key: value for key, value in mql.items() if value not in ([], None)}
        elif rows.name == "goals":
            own = [{"part": GOALS_OF[self.part], **goal} for goal in written]
            before, after = self._others(rows)
            changed["goals"] = [*before, *own, *after]
        else:
            changed[rows.path[0]] = written

    def _mark(self, problem: Problem) -> bool:
        path = problem.path
        for _name, place, form in self.singles:
            if place[:1] == ("sections",) and path[:2] == place:
                form.mark(("text", *path[2:]), problem.message)
                return True
            if place[:1] in ((), path[:1]) and path[len(place) : len(place) + 1] in _names_of(form):
                form.mark(path[len(place) :], problem.message)
                return True
        for rows, formset in self.sets:
            if path[: len(rows.path)] == rows.path and len(path) > len(rows.path):
                return _mark_row(_kept(formset), path[len(rows.path) :], len(self._others(rows)[0]), problem)
        return False


def _names_of(form: RowForm) -> list[tuple[str, ...]]:
    return [(column.name,) for column in form.columns]


def _kept(formset: Any) -> list[RowForm]:
    """The rows that say something and are not to be deleted."""
    return [form for form in formset.forms if not form.cleaned_data.get("DELETE") and form.written()]


def _mark_row(kept: list[RowForm], path: tuple[Any, ...], before: int, problem: Problem) -> bool:
    index = path[0] - before if isinstance(path[0], int) else -1
    if not 0 <= index < len(kept):
        return False
    kept[index].mark(path[1:], problem.message)
    return True
