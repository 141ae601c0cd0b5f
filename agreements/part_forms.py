"""Forms for the parts of an agreement: texts in both languages, rows of goals, rules, people, meetings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from agreements.document import DocumentError, read_yaml, write_yaml

LANGUAGES = {"en": _("in English"), "fr": _("in French")}
WORDS = str | Lazy
_CALLED = ("title", "text", "when", "role")


@dataclass(frozen=True, slots=True)
class Column:
    """One value of a row. ``kind``: text or long (in both languages), word, choice, many, number, yaml."""

    name: str
    label: WORDS
    kind: str = "text"
    choices: Callable[[Mapping[str, str]], list[tuple[str, Any]]] | None = None
    help: WORDS = field(default="")

    @property
    def fields(self) -> list[str]:
        """The names of its form fields."""
        return [f"{self.name}_{code}" for code in LANGUAGES] if self.kind in ("text", "long") else [self.name]


class YamlLine(forms.CharField):
    """A small piece of YAML, such as ``{lead.origin: web}``; read as values."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "class": "code"})
        super().__init__(widget=widget, **options)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return read_yaml(text).data
        except DocumentError as error:
            raise ValidationError(list(error.lines)) from error

    def prepare_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else write_yaml(value).strip()


class NumberField(forms.FloatField):
    """A number that stays whole when it is."""

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        return int(number) if number is not None and float(number).is_integer() else number


class RowForm(forms.Form):
    """A row of a part. ``columns`` and ``teams`` (slug → name) come with the class."""

    columns: tuple[Column, ...] = ()
    teams: Mapping[str, str] = {}

    def __init__(self, *args: Any, **options: Any) -> None:
        given = options.pop("initial", None)
        options["initial"] = spread(self.columns, given or {})
        super().__init__(*args, **options)
        for column in self.columns:
            self.fields |= _fields(column, self.teams)

    @property
    def called(self) -> str:
        """What a row is called in a list of rows: the first text that it says; empty for a new one."""
        names = [name for column in self.columns if column.name in _CALLED for name in column.fields]
        return next((str(self.initial[name]) for name in names if self.initial.get(name)), "")

    def written(self) -> dict[str, Any]:
        """The row as the document has it; what was left empty is left out."""
        values = {column.name: gathered(column, self.cleaned_data) for column in self.columns}
        return {name: value for name, value in values.items() if value not in (None, "", [], {})}

    def mark(self, path: tuple[Any, ...], message: str) -> None:
        """Show a problem of the document at the field that it is about."""
        column = next((column for column in self.columns if path and column.name == path[0]), None)
        if column is None:
            self.add_error(None, message)
            return
        language = path[1] if len(path) > 1 and path[1] in LANGUAGES else "en"
        self.add_error(f"{column.name}_{language}" if len(column.fields) > 1 else column.name, message)


def _fields(column: Column, teams: Mapping[str, str]) -> dict[str, forms.Field]:
    shared: dict[str, Any] = {"required": False, "help_text": column.help}
    if column.kind in ("text", "long"):
        rows = {"rows": 6 if column.kind == "long" else 2}
        return {
            f"{column.name}_{code}": forms.CharField(
                label=f"{column.label}, {words}", widget=forms.Textarea(attrs=rows), strip=False, **shared
            )
            for code, words in LANGUAGES.items()
        }
    return {column.name: _FIELDS[column.kind](column, teams, {"label": column.label, **shared})}


def _choice(column: Column, teams: Mapping[str, str], options: dict[str, Any]) -> forms.Field:
    chosen = column.choices(teams) if column.choices else []
    return forms.ChoiceField(choices=[("", "–"), *chosen], **options)


def _many(column: Column, teams: Mapping[str, str], options: dict[str, Any]) -> forms.Field:
    chosen = column.choices(teams) if column.choices else []
    return forms.MultipleChoiceField(choices=chosen, widget=forms.CheckboxSelectMultiple, **options)


_FIELDS: dict[str, Callable[[Column, Mapping[str, str], dict[str, Any]], forms.Field]] = {
    "word": lambda _column, _teams, options: forms.CharField(max_length=200, **options),
    "number": lambda _column, _teams, options: NumberField(**options),
    "yaml": lambda _column, _teams, options: YamlLine(**options),
    "date": lambda _column, _teams, options: forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}), **options
    ),
    "choice": _choice,
    "many": _many,
}


def spread(columns: tuple[Column, ...], row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the document as the initial values of its fields."""
    found: dict[str, Any] = {}
    for column in columns:
        value = row.get(column.name)
        if len(column.fields) == 1:
            found[column.name] = value
        else:
            texts = value if isinstance(value, dict) else {"en": value}
            found |= {f"{column.name}_{code}": texts.get(code) for code in LANGUAGES}
    return found


def gathered(column: Column, given: Mapping[str, Any]) -> Any:
    """The value of a column: a text in one language is written as such, in both as {en, fr}."""
    if len(column.fields) == 1:
        value = given.get(column.name)
        return value.isoformat() if column.kind == "date" and value else value
    texts = {code: _unix(given.get(f"{column.name}_{code}") or "") for code in LANGUAGES}
    written = {code: text for code, text in texts.items() if text.strip()}
    return written["en"] if list(written) == ["en"] else written


def _unix(text: str) -> str:
    # Browsers send the ends of lines as two characters.
    return text.replace("\r\n", "\n")
