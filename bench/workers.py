"""``python -m bench.workers``: what 1, 2 and 4 processes of a kind do against one database (docs/scaling.md).

Web processes take in events over HTTP, with twice as many clients; Celery workers judge what was taken in;
then both at once, as a hub lives. And workers send the mails of the outbox to a server of their own. Each
number is the median of BENCH_ROUNDS (3), the sizes in turns; not part of ``make bench``, which compares.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median

from bench import judging
from bench.house import server, set_up
from bench.keeping import machine
from bench.ratios import seconds
from bench.serving import Delivery, body, send, served, token

SIZES = (1, 2, 4)
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
WAKE_EVERY = 0.2
PATIENCE = 300.0

#: What is measured → size → seconds of each round.
Times = dict[str, dict[int, list[float]]]


def main() -> None:
    """Measure on a server of its own and print one table."""
    with server():
        set_up()
        from agreements.loading import load

        load(judging.AGREEMENT, by="bench", as_of=judging.NOW, sign=True)
        known = token(as_of=judging.NOW)
        times: Times = {what: {size: [] for size in SIZES} for what in ("ingest", "judging", "both")}
        for number in range(ROUNDS):
            for place, size in enumerate(SIZES):
                _round(times, known, size, 10 * number + place)
    print(machine())
    _print(times)


def _round(times: Times, known: str, size: int, number: int) -> None:
    with served(size) as port, _workers(size):

        def post(deliveries: list[Delivery]) -> None:
            send(port, known, deliveries, clients=2 * size)

        first, second = (_company(post, 2 * number + part) for part in (0, 1))
        times["ingest"][size].append(seconds(lambda: post(first)))
        times["judging"][size].append(seconds(_all_judged))

        def live() -> None:
            post(second)
            _all_judged()

        with _woken():
            times["both"][size].append(seconds(live))


def _company(post: Callable[[list[Delivery]], None], number: int) -> list[Delivery]:
    records = judging._records(number)
    post([(resource, body(rows)) for resource, rows in records if resource == "members"])
    post([(resource, body(rows)) for resource, rows in judging._records(number) if resource != "members"])
    _all_judged()
    events = judging._events(number)
    step = judging.DELIVERY
    return [("events", body(events[at : at + step])) for at in range(0, len(events), step)]


@contextmanager
def _workers(size: int) -> Iterator[None]:
    lean = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "ERROR"]
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "slahub.celery", "worker"]
    process = subprocess.Popen([*command, "--concurrency", str(size), *lean], stderr=subprocess.DEVNULL)
    try:
        time.sleep(5)
        yield
    finally:
        process.terminate()
        process.wait(60)


def _all_judged() -> None:
    """Wakes the workers, as beat does, until nothing waits."""
    from measurement.judging import backlog
    from measurement.tasks import judge_pending

    ends = time.monotonic() + PATIENCE
    while backlog(as_of=datetime.now(UTC)):
        if time.monotonic() > ends:
            sys.exit("the workers do not judge")
        judge_pending.apply_async(expires=2)
        time.sleep(WAKE_EVERY)


@contextmanager
def _woken() -> Iterator[None]:
    """Somebody wakes the workers meanwhile."""
    code = (
        "import django,time;django.setup()\n"
        "from measurement.tasks import judge_pending\n"
        f"while True:\n judge_pending.apply_async(expires=2);time.sleep({WAKE_EVERY})"
    )
    process = subprocess.Popen([sys.executable, "-c", code])
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def _print(times: Times) -> None:
    print(f"{'events a second':24}" + "".join(f"{size:>10}" for size in SIZES))
    for what, by_size in times.items():
        rates = [judging.EVENTS / median(rounds) for rounds in by_size.values()]
        print(f"{what:24}" + "".join(f"{rate:>10,.0f}" for rate in rates))
        print(f"{'  ÷ one':24}" + "".join(f"{rate / rates[0]:>10.2f}" for rate in rates))


if __name__ == "__main__":
    main()
