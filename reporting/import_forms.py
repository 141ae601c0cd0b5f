"""Forms of an import: the file, and which of its columns is which of our fields."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from leads.api.bodies import SOURCE
from leads.importing.files import Table
from leads.importing.guessing import FORMATS
from leads.importing.mapping import our_fields
from leads.ingestion.resources import EVENTS, RESOURCES
from leads.ingestion.warnings import ALIASES
from leads.kinds import subject_types
from leads.models import ImportJob
from leads.uploading import LARGEST, SUFFIXES
from leads.values import BUYER_ROLES, LEAD_STATUSES, LOST, WON, folded
from reporting.setup_forms import zones

OUT, FREE = "", "+"
#: A date that shows which number is the day.
LAST_OF_MARCH = datetime(2026, 3, 31, 9, 5, 0, tzinfo=UTC)
#: Constants that can be given beside the columns.
CONSTANTS = 3
#: Values of a column that are offered to be translated, and cells that are looked through for them.
MOST_VALUES = 40
SHOWN_CELLS = 3
RESOURCE_NAMES = {
    "members": _("members: the people of the teams"),
    "accounts": _("accounts"),
    "contacts": _("contacts"),
    "leads": _("leads"),
    "deals": _("deals"),
    "campaigns": _("campaigns: events, webinars, fairs"),
    "contents": _("contents"),
    "events": _("events: what happened, such as calls and e-mails"),
}


class UploadForm(forms.Form):
    """A file, what its rows are, and whose ids they have."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV from any spreadsheet or CRM, or NDJSON; 20 MiB at most."),
        widget=forms.FileInput(attrs={"accept": ",".join(SUFFIXES)}),
        max_length=255,
    )
    resource = forms.ChoiceField(
        label=_("Each row is one of"), choices=[(name, RESOURCE_NAMES[name]) for name in RESOURCES]
    )
    source = forms.CharField(
        label=_("Source"),
        initial="file",
        max_length=64,
        validators=[RegexValidator(rf"\A(?:{SOURCE.pattern})\Z")],
        error_messages={"invalid": _("Use 1 to 64 letters, digits, points, - or _, such as hubspot.")},
        help_text=_("The system that the ids belong to, such as hubspot: the same that the CRM sends."),
    )

    def clean_file(self) -> Any:
        """Not too large, and of a kind that can be read."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(_("The file is larger than 20 MiB: split it."))
        if not file.name.lower().endswith(SUFFIXES):
            raise ValidationError(_("Use one of: %(kinds)s.") % {"kinds": ", ".join(SUFFIXES)})
        return file


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file with its field in the form and some of its cells."""

    name: str
    field: Any
    samples: list[str]


class MappingForm(forms.Form):
    """Which column is which field, fixed values, how dates are written, and how values are called there."""

    timezone = forms.ChoiceField(
        label=_("Time zone of dates without one"), required=False, choices=lambda: [("", "–"), *zones()]
    )
    dates = forms.MultipleChoiceField(
        label=_("How dates are written, beside 2026-03-31T09:00"),
        required=False,
        choices=[(form, LAST_OF_MARCH.strftime(form)) for form in FORMATS],
        widget=forms.CheckboxSelectMultiple,
    )
    list_separator = forms.CharField(
        label=_("What separates the values of a list"), max_length=3, initial=";"
    )

    def __init__(self, data: Any, *, job: ImportJob, table: Table) -> None:
        mapping = job.mapping
        super().__init__(data, initial=_initial(mapping))
        self.job, self.table = job, table
        self._ours = our_fields(job.resource)
        by_column = {column: ours for ours, column in mapping.get("fields", {}).items()}
        for number, column in enumerate(table.columns):
            self.fields[f"column-{number}"] = self._column_field(column, by_column.get(column))
        self._add_constants(mapping)
        self._values = list(self._translatable())
        for number, (ours, theirs, known, guess) in enumerate(self._values):
            self.fields[f"value-{number}"] = _value_field(ours, theirs, known, guess)

    def columns(self) -> list[Column]:
        """The columns as the page lists them."""
        return [
            Column(name, self[f"column-{number}"], _samples(self.table, name))
            for number, name in enumerate(self.table.columns)
        ]

    def constants(self) -> list[tuple[Any, Any]]:
        """The pairs of a field and its fixed value."""
        return [(self[f"constant-{n}-field"], self[f"constant-{n}-value"]) for n in range(CONSTANTS)]

    def translations(self) -> list[Any]:
        """The values that can be called otherwise here."""
        return [self[f"value-{number}"] for number in range(len(self._values))]

    def besides(self) -> list[Any]:
        """How dates and lists are written."""
        return [self[name] for name in ("timezone", "dates", "list_separator")]

    def clean(self) -> dict[str, Any]:
        """No field from two columns."""
        given = super().clean() or self.cleaned_data
        taken: dict[str, str] = {}
        for number, column in enumerate(self.table.columns):
            ours = given.get(f"column-{number}")
            if ours and ours in taken:
                words = {"field": ours, "other": taken[ours]}
                self.add_error(f"column-{number}", _("%(field)s comes from %(other)s already.") % words)
            elif ours and ours != FREE:
                taken[ours] = column
        return given

    def mapping(self) -> dict[str, Any]:
        """The map as `import_facts --map` has it."""
        given = self.cleaned_data
        free = "data" if self.job.resource == EVENTS else "attributes"
        fields: dict[str, str] = {}
        for number, column in enumerate(self.table.columns):
            if ours := given[f"column-{number}"]:
                fields[f"{free}.{column}" if ours == FREE else ours] = column
        constants = {
            given[f"constant-{n}-field"]: given[f"constant-{n}-value"]
            for n in range(CONSTANTS)
            if given[f"constant-{n}-field"] and given[f"constant-{n}-value"]
        }
        values: dict[str, dict[str, str]] = {}
        for number, (ours, theirs, _known, _guess) in enumerate(self._values):
            if chosen := given[f"value-{number}"]:
                values.setdefault(ours, {})[theirs] = chosen
        found: dict[str, Any] = {"fields": fields, "constants": constants, "values": values}
        found |= {"dates": given["dates"], "list_separator": given["list_separator"] or ";"}
        if given["timezone"]:
            found["timezone"] = given["timezone"]
        return {key: value for key, value in found.items() if value}

    def _column_field(self, column: str, guess: str | None) -> forms.ChoiceField:
        free = _("keep as %(where)s") % {"where": "data" if self.job.resource == EVENTS else "attribute"}
        choices = [(OUT, _("leave out")), *((name, name) for name in self._ours), (FREE, free)]
        if guess is not None and guess not in self._ours:
            guess = FREE
        return forms.ChoiceField(
            label=_("%(column)s is") % {"column": column}, required=False, choices=choices, initial=guess
        )

    def _add_constants(self, mapping: dict[str, Any]) -> None:
        given = list(mapping.get("constants", {}).items())[:CONSTANTS]
        if not given and self.job.resource == EVENTS and "kind" not in mapping.get("fields", {}):
            given = [("kind", "")]
        for number in range(CONSTANTS):
            ours, value = given[number] if number < len(given) else ("", "")
            choices = [("", "–"), *((name, name) for name in self._ours)]
            self.fields[f"constant-{number}-field"] = forms.ChoiceField(
                label=_("Field"), required=False, choices=choices, initial=ours
            )
            self.fields[f"constant-{number}-value"] = forms.CharField(
                label=_("Value in every row"), required=False, max_length=255, initial=value
            )

    def _translatable(self) -> Iterator[tuple[str, str, list[str], str]]:
        """Our field, their value, what we call such values, and the present translation: of the columns that
        are mapped to fields with known values, the values that we do not know."""
        mapping = self.job.mapping
        for ours, known in _vocabularies(self.job.resource).items():
            column = mapping.get("fields", {}).get(ours)
            if column is None:
                continue
            said = mapping.get("values", {}).get(ours)
            for theirs in _unknown(ours, _cells(self.table, column), known):
                guess = _guess(theirs, known) if said is None else str(said.get(theirs, ""))
                yield ours, theirs, known, guess


def _initial(mapping: dict[str, Any]) -> dict[str, Any]:
    return {
        "timezone": mapping.get("timezone", ""),
        "dates": mapping.get("dates", []),
        "list_separator": mapping.get("list_separator", ";"),
    }


def _vocabularies(resource: str) -> dict[str, list[str]]:
    if resource == EVENTS:
        return {"kind": sorted(subject_types())}
    known = {
        "leads": {"status": list(LEAD_STATUSES)},
        "deals": {"outcome": [WON, LOST]},
        "contacts": {"buyer_role": list(BUYER_ROLES)},
    }
    return known.get(resource, {})


def _cells(table: Table, column: str) -> Iterator[str]:
    cells = (row.get(column) for row in table.rows if isinstance(row, dict))
    return (cell for cell in cells if isinstance(cell, str))


def _unknown(ours: str, cells: Iterable[str], known: list[str]) -> list[str]:
    """Statuses are compared without case, the others as they are written."""
    found: dict[str, None] = {}
    for cell in cells:
        if cell.strip() and (folded(cell) if ours == "status" else cell.strip()) not in known:
            found[cell.strip()] = None
            if len(found) == MOST_VALUES:
                break
    return list(found)


def _guess(theirs: str, known: list[str]) -> str:
    plain = re.sub(r"[\W_]+", "", theirs.lower())
    if plain in ALIASES and ALIASES[plain] in known:
        return ALIASES[plain]
    near = get_close_matches(folded(theirs).replace(" ", "_"), known, n=1, cutoff=0.8)
    return near[0] if near else ""


def _value_field(ours: str, theirs: str, known: list[str], said: str) -> forms.ChoiceField:
    choices = [("", _("as it is")), *((name, name) for name in known)]
    label = _("%(field)s “%(value)s” means") % {"field": ours, "value": theirs}
    return forms.ChoiceField(label=label, required=False, choices=choices, initial=said)


def _samples(table: Table, column: str) -> list[str]:
    """The first cells that are not empty, each once."""
    found: dict[str, None] = {}
    for row in table.rows[:200]:
        cell = row.get(column) if isinstance(row, dict) else None
        if cell not in (None, ""):
            found[str(cell)[:60]] = None
        if len(found) == SHOWN_CELLS:
            break
    return list(found)
