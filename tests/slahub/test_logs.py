"""Log lines keep the event's fields, for a person and for a machine."""

import json
import logging
import sys

from slahub.logs import JsonFormatter, KeyValueFormatter


def record(**fields: object) -> logging.LogRecord:
    made = logging.LogRecord("measurement.judging", logging.INFO, __file__, 1, "judged", None, None)
    made.created = 1_767_225_601.0
    vars(made).update(fields)
    return made


def test_a_line_for_a_person_ends_with_the_fields() -> None:
    line = KeyValueFormatter().format(record(clocks=3, key="inbound response", note=""))

    assert line == '00:00:01 INFO measurement.judging | judged clocks=3 key="inbound response" note=""'


def test_a_line_for_a_machine_is_one_object() -> None:
    line = JsonFormatter().format(record(clocks=3, team="équipe"))

    assert json.loads(line) == {
        "at": "2026-01-01T00:00:01.000+00:00",
        "level": "INFO",
        "logger": "measurement.judging",
        "message": "judged",
        "clocks": 3,
        "team": "équipe",
    }
    assert "équipe" in line


def test_a_crash_keeps_its_trace_in_both() -> None:
    try:
        raise ValueError("no such calendar")
    except ValueError:
        crashed = record(exc_info=sys.exc_info())

    assert "ValueError: no such calendar" in KeyValueFormatter().format(crashed)
    assert "ValueError: no such calendar" in json.loads(JsonFormatter().format(crashed))["exception"]
