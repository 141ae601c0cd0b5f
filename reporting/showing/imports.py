"""Imports as their pages show them."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from leads.enums import ImportState
from leads.ingestion import RowError
from leads.models import ImportJob
from leads.uploading import UNDER_WAY, Trial

STATES = {
    ImportState.UPLOADED: lazy("not started"),
    ImportState.WAITING: lazy("waits for the worker"),
    ImportState.RUNNING: lazy("under way"),
    ImportState.DONE: lazy("done"),
    ImportState.FAILED: lazy("failed"),
}
#: The class of the pill that shows it.
PILLS = {
    ImportState.UPLOADED: "calm",
    ImportState.WAITING: "running",
    ImportState.RUNNING: "running",
    ImportState.DONE: "kept",
    ImportState.FAILED: "missed",
}
MOST_GROUPS = 20


@dataclass(frozen=True, slots=True)
class ShownJob:
    """One import; ``percent`` of its rows went by."""

    pk: int
    file_name: str
    resource: str
    source: str
    by: str
    created_at: datetime
    finished_at: datetime | None
    state: str
    state_label: str
    under_way: bool
    is_over: bool
    done: int
    total: int
    percent: int
    counts: dict[str, int]
    error: str


@dataclass(frozen=True, slots=True)
class Group:
    """Errors or warnings of one field and code: how many, and where the first one stands."""

    count: int
    field: str
    code: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class ShownTrial:
    """What a trial found: counts, errors and warnings by kind, and the first rows in our fields."""

    tried: int
    is_all: bool
    counts: dict[str, int]
    errors: list[Group]
    warnings: list[Group]
    names: list[str]
    rows: list[list[str]]


def shown_job(job: ImportJob) -> ShownJob:
    """An import as its list and its page show it."""
    state = ImportState(job.state)
    return ShownJob(
        pk=job.pk,
        file_name=job.file_name,
        resource=job.resource,
        source=job.source,
        by=str(job.by) if job.by else "",
        created_at=job.created_at,
        finished_at=job.finished_at,
        state=PILLS[state],
        state_label=str(STATES[state]),
        under_way=state in UNDER_WAY,
        is_over=state in (ImportState.DONE, ImportState.FAILED),
        done=job.done,
        total=job.total,
        percent=100 * job.done // job.total if job.total else 100,
        counts=job.counts,
        error=job.error,
    )


def shown_trial(trial: Trial, job: ImportJob) -> ShownTrial:
    """What importing would do."""
    names = list(dict.fromkeys(name for row in trial.rows for name in row))
    return ShownTrial(
        tried=trial.tried,
        is_all=trial.tried == job.total,
        counts=trial.outcome.counts,
        errors=_grouped(trial.outcome.errors, trial.lines),
        warnings=_grouped(trial.outcome.warnings, trial.lines),
        names=names,
        rows=[[_cell(row.get(name)) for name in names] for row in trial.rows],
    )


def _grouped(told: list[RowError], lines: list[int]) -> list[Group]:
    """One row a field and code, the most frequent first, with where the first one stands."""
    counted = Counter((each.field or "", each.code) for each in told)
    first: dict[tuple[str, str], RowError] = {}
    for each in told:
        first.setdefault((each.field or "", each.code), each)
    return [
        Group(
            count,
            field or _("the row"),
            code,
            _line(first[field, code].index, lines),
            first[field, code].message,
        )
        for (field, code), count in counted.most_common(MOST_GROUPS)
    ]


def _line(index: int, lines: list[int]) -> int:
    return lines[index] if index < len(lines) else index + 1


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
