"""YAML in forms: refused with the same lines as in files."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agreements.document import DocumentError, Parsed, read_yaml
from agreements.enums import Kind
from agreements.terms.nodes import Node, Report
from agreements.terms.parsing import read_terms
from leads.kinds import subject_types

OWN_FIELDS = ("key", "owner", "kind", "title", "calendar")


class YamlField(forms.CharField):
    """A text area for YAML."""

    def __init__(self, rows: int, **options: Any) -> None:
        widget = forms.Textarea(
            attrs={"rows": rows, "cols": 110, "spellcheck": "false", "class": "vLargeTextField yaml"}
        )
        given: dict[str, Any] = {"label": _("YAML"), "widget": widget, "strip": False}
        super().__init__(**(given | options))


def read_terms_of(kind: str, text: str) -> dict[str, Any]:
    """The terms of a commitment as values; ``ValidationError`` with the lines of all that is wrong."""

    def read(node: Node) -> None:
        for name in OWN_FIELDS:
            if isinstance(node.value, dict) and name in node.value:
                node.at(name, None).refuse("has a field of its own above; take it out here")
        read_terms(Kind(kind), node, OWN_FIELDS)

    return read_part(text, read)


def read_part(text: str, read: Any) -> Any:
    """A part of a document as values, checked by ``read``."""
    try:
        parsed = read_yaml(text)
        _check(parsed, read)
    except DocumentError as error:
        raise ValidationError(list(error.lines)) from error
    return parsed.data


def _check(parsed: Parsed, read: Any) -> None:
    report = Report(subject_types())
    read(Node(parsed.data, (), report))
    if report.problems:
        raise parsed.error(report.problems)
