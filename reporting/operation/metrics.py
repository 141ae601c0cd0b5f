"""The state of the installation in Prometheus' text format."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from reporting.operation.checks import Check
from reporting.operation.state import State

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def exposition(checks: Iterable[Check], state: State | None) -> bytes:
    """Every metric as text; without a state (the database does not answer) only whether things work."""
    registry = CollectorRegistry()
    registry.register(_Given([_ready(checks), *(_of(state) if state else [])]))
    return generate_latest(registry)


class _Given(Collector):
    """Hands over metrics that were read before: nothing is counted in the process."""

    def __init__(self, metrics: list[Metric]) -> None:
        self.metrics = metrics

    def collect(self) -> Iterator[Metric]:
        yield from self.metrics


def _ready(checks: Iterable[Check]) -> Metric:
    rows = [(check.name, float(check.ok)) for check in checks]
    return _gauge("ready", "1 while it works: database, broker, beat.", "check", rows)


def _of(state: State) -> Iterator[Metric]:
    yield _info(state)
    yield from _work(state)
    yield from _signs_of_life(state)
    yield _gauge("database_bytes", "Size of the database.", value=state.database_bytes)
    yield _gauge("disk_free_bytes", "Room left where DATA_DIR lies.", value=state.disk.free)


def _work(state: State) -> Iterator[Metric]:
    yield _gauge("judging_waiting", "Marks and records that wait to be judged.", value=state.judging.waiting)
    yield _gauge(
        "judging_oldest_seconds",
        "How long the oldest mark has waited to be judged.",
        value=_age(state, state.judging.oldest),
    )
    if state.broker:
        rows = [("waiting", float(state.broker.waiting)), ("taken", float(state.broker.taken))]
        yield _gauge("queue_tasks", "Tasks in the broker.", "state", rows)
    outbox = [(name, float(count)) for name, count in state.outbox.counts.items()]
    yield _gauge("outbox_messages", "Messages that have not left, by state.", "state", outbox)
    yield _gauge(
        "outbox_oldest_seconds",
        "How long the oldest due message has waited to be sent.",
        value=_age(state, state.outbox.oldest),
    )
    yield _gauge("quarantined_rows", "Refused rows that are kept.", value=state.quarantined)
    yield _gauge("live_breaches", "Exceptions that still have to be dealt with.", value=state.live_breaches)


def _signs_of_life(state: State) -> Iterator[Metric]:
    ages = [(name, _age(state, beat.at)) for name, beat in state.beats.items()]
    yield _gauge(
        "last_seconds", "Time since beat, shadow pass, purge and backup were last done.", "what", ages
    )
    stale = [(feed["feed"], float(feed["stale"])) for feed in state.feeds]
    yield _gauge("feed_stale", "1 where nothing came from the feed's source for a day.", "feed", stale)
    received = [(feed["feed"], _age(state, datetime.fromisoformat(feed["last"]))) for feed in state.feeds]
    yield _gauge("feed_age_seconds", "Time since the feed last brought something.", "feed", received)
    if shadow := state.beats.get("shadow"):
        mismatches = shadow.detail.get("mismatches", 0)
        yield _gauge("shadow_mismatches", "Verdicts that judging afresh gives otherwise.", value=mismatches)
    if backup := state.beats.get("backup"):
        yield _gauge("backup_bytes", "Size of the last backup.", value=backup.detail.get("bytes", 0))


def _info(state: State) -> Metric:
    named = {name.lower().replace(" ", "_"): version for name, version in state.versions.items()}
    return InfoMetricFamily("slahub_versions", "What runs here.", value=named)


def _gauge(
    name: str,
    about: str,
    label: str = "",
    rows: Iterable[tuple[str, float]] = (),
    *,
    value: float | None = None,
) -> Metric:
    gauge = GaugeMetricFamily(f"slahub_{name}", about, labels=[label] if label else [])
    if value is not None:
        gauge.add_metric([], float(value))
    for key, figure in rows:
        gauge.add_metric([key], figure)
    return gauge


def _age(state: State, since: datetime | None) -> float:
    """Seconds since then; 0 where there is nothing that waits."""
    return max(0.0, (state.as_of - since).total_seconds()) if since else 0.0
