"""238 cases from the specs of public business-time libraries, each checked second by second."""

import json
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from agreements.business_time import Schedule

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "vectors/business_time.jsonl").read_text().splitlines()
]


def schedule_of(case):
    return Schedule.cached(
        case["tz"],
        case["week"],
        holidays=case["holidays"],
        open=case.get("overrides", {}),
        breaks=case.get("breaks", {}),
    )


@pytest.mark.parametrize("case", [c for c in CASES if c["op"] == "elapsed"], ids=lambda case: case["id"])
def test_elapsed_agrees_with_the_reference(case):
    start, end = datetime.fromisoformat(case["start"]), datetime.fromisoformat(case["end"])
    schedule = schedule_of(case)

    seconds = schedule.elapsed(start, end)
    assert (max(0, seconds) if case.get("reversed") == "zero" else seconds) == case["expect"]
    assert schedule.elapsed_many([int(start.timestamp())], [int(end.timestamp())]) == [seconds]


@pytest.mark.parametrize("case", [c for c in CASES if c["op"] == "add"], ids=lambda case: case["id"])
def test_add_agrees_with_the_reference(case):
    start, expected = datetime.fromisoformat(case["start"]), datetime.fromisoformat(case["expect"])
    schedule, backward = schedule_of(case), case.get("direction") == "backward"

    assert schedule.add(start, case["seconds"], backward=backward) == expected
    if not backward:
        assert schedule.add_many(np.array([int(start.timestamp())]), case["seconds"]) == [
            int(expected.timestamp())
        ]


def test_all_vectors_are_there():
    assert len(CASES) == 238
