"""An agreement as a YAML document, read and written. Pure: no Django, no clock."""

from agreements.document.parts import Criterion, Goal, Points, Qualification, goals_of, qualification_of
from agreements.document.reading import DocumentError, Parsed, UnreadableError, read_yaml
from agreements.document.schema import CalendarPart, CommitmentPart, Document, read_document
from agreements.document.writing import write_yaml

__all__ = [
    "CalendarPart",
    "CommitmentPart",
    "Criterion",
    "Document",
    "DocumentError",
    "Goal",
    "Parsed",
    "Points",
    "Qualification",
    "UnreadableError",
    "goals_of",
    "qualification_of",
    "read_document",
    "read_yaml",
    "write_yaml",
]
