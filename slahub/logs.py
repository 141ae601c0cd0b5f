"""Log lines that a machine can read: a constant message and its fields, once an event."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

# What every record has; everything else was given as `extra=` and is a field of the event.
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "data",
    "request",
    "server_time",
}


def configured(*, formatter: str, level: str) -> dict[str, Any]:
    """Django's LOGGING: everything to stderr in one format."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "keyvalue": {"()": "slahub.logs.KeyValueFormatter"},
            "json": {"()": "slahub.logs.JsonFormatter"},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": formatter}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            # A sweep every two seconds is not news; its failures are.
            "celery.app.trace": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "mail.log": {"level": "WARNING"},  # of the mailbox: every line of every SMTP session
        },
    }


def fields(record: logging.LogRecord) -> dict[str, object]:
    """The fields that the caller gave with `extra=`."""
    return {key: value for key, value in vars(record).items() if key not in STANDARD}


class KeyValueFormatter(logging.Formatter):
    """`12:00:01 INFO measurement.judging | judged commitments=3 clocks=120`, for a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        stamp = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        extra = "".join(f" {key}={_quoted(value)}" for key, value in fields(record).items())
        line = f"{stamp} {record.levelname} {record.name} | {record.getMessage()}{extra}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for a collector (LOG_FORMAT=json)."""

    def format(self, record: logging.LogRecord) -> str:
        event: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **fields(record),
        }
        if record.exc_info:
            event["exception"] = self.formatException(record.exc_info)
        return json.dumps(event, default=str, ensure_ascii=False)


def _quoted(value: object) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if not text or any(c in text for c in ' "=\n') else text
