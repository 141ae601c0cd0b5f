"""Every page and every list of the API at a large company beside a small one.

In-process requests of an administrator and of a sales person, page by page, both companies in turns; a page
that looks slower is asked again as often. Each company is read by a process of its own, inside a transaction
that is rolled back: what signing in writes is not kept.

The ratio of a page is its p95 at the large company ÷ its p95 at the small one, both over all its requests.
"""

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from bench.databases import companies
from bench.ratios import Ratio, seconds

READERS = ("noemie.fontaine", "julien.bernard")  # an administrator, a sales person
ROUNDS = int(os.environ.get("BENCH_REQUESTS", "21"))
#: A page that takes so many seconds is asked so many times.
FEWER = ((10.0, 1), (1.0, 5))
ASKED, REACH = 1.5, 1.1
SEEN = 200
ANSWERS = {SEEN, 302, 403, 404, 405}
LIMIT = 30  # seconds: a request that takes longer is broken off, and counts as if it had taken so long
WORST = 10


@dataclass(slots=True)
class Company:
    """A process that answers requests from one database."""

    process: "subprocess.Popen[str]"

    def ask(self, **what: Any) -> Any:
        """What it says to one request."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"the process of a company ended with {self.process.wait()}")
        return json.loads(line)


@dataclass(slots=True)
class Page:
    """Seconds of every request to one page as one reader, by company."""

    name: str
    reader: str
    small: list[float] = field(default_factory=list)
    large: list[float] = field(default_factory=list)

    def ratio(self, share: float = 0.95) -> float:
        """Large ÷ small."""
        return quantile(self.large, share) / quantile(self.small, share)


def run() -> list[Ratio]:
    """Row 8: all pages and lists together, then each of the slowest to grow."""
    with companies() as databases, ExitStack() as stack:
        small, large = (stack.enter_context(company(address)) for address in (databases[0], databases[-1]))
        pages = measure(small, large)
    few, many = small_and_large(databases)
    everything = [[one for page in pages for one in getattr(page, side)] for side in ("large", "small")]
    ours, theirs = (quantile(side, 0.95) for side in everything)
    ratios = [_ratio(f"p95 of {len(pages)} pages and lists, {many}", ours, theirs, few)]
    worst = sorted(pages, key=Page.ratio, reverse=True)[:WORST]
    over = sum(page.ratio() > ASKED for page in pages)
    print(f"{over} of {len(pages)} pages are over {ASKED}", file=sys.stderr)
    return ratios + [
        _ratio(
            f"p95 of {page.name} ({page.reader})", quantile(page.large, 0.95), quantile(page.small, 0.95), few
        )
        for page in worst
    ]


def measure(small: Company, large: Company) -> list[Page]:
    """Ask for every page that both companies have, as each reader who may see it."""
    both = small, large
    known = [one.ask(do="addresses") for one in both]
    pages = []
    for name in sorted(known[0].keys() & known[1].keys()):
        for reader in READERS:
            paths = [_seen(one, reader, its[name]) for one, its in zip(both, known, strict=True)]
            if all(paths):
                page = Page(name, reader)
                sides = list(zip(both, paths, (page.small, page.large), strict=True))
                _turns(sides, reader)
                if page.ratio() > REACH and max(page.large) < FEWER[0][0]:
                    _turns(sides, reader)
                pages.append(page)
                _say(page)
    return pages


def _say(page: Page) -> None:
    sides = (f"{1000 * quantile(side, 0.5):.0f}" for side in (page.small, page.large))
    print(f"{page.name} ({page.reader}): {' → '.join(sides)} ms", file=sys.stderr, flush=True)


def _seen(one: Company, reader: str, paths: list[str]) -> list[str]:
    """Those that the reader may see."""
    statuses = {path: one.ask(do="get", who=reader, path=path)["status"] for path in paths}
    if failing := {path: status for path, status in statuses.items() if status not in ANSWERS}:
        sys.exit(f"{reader} cannot be answered: {failing}")
    return [path for path, status in statuses.items() if status == SEEN]


def _turns(sides: list[tuple[Company, list[str], list[float]]], reader: str) -> None:
    for turn in range(ROUNDS):
        for side, paths, kept in sides:
            kept.append(side.ask(do="get", who=reader, path=paths[turn % len(paths)])["seconds"])
        slowest = max(kept[-1] for _, _, kept in sides)
        if any(slowest > limit and turn + 1 >= rounds for limit, rounds in FEWER):
            return


def quantile(values: list[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def small_and_large(databases: list[str]) -> tuple[str, str]:
    """The two companies in words."""
    sizes = [_size(address) for address in (databases[0], databases[-1])]
    return f"{sizes[0]:,} leads", f"{sizes[1]:,} leads"


def _size(address: str) -> int:
    import psycopg2

    connection = psycopg2.connect(address)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM leads_lead")
        ((found,),) = cursor.fetchall()
    connection.close()
    return int(found)


def _ratio(what: str, ours: float, theirs: float, against: str) -> Ratio:
    milliseconds = 1000 * ours, 1000 * theirs
    return Ratio(what, *milliseconds, against, "ms", at_most=ASKED, reach=REACH, row=8)


@contextmanager
def company(address: str, *, module: str = "bench.pages") -> Iterator[Company]:
    """A process for a database: the module answers lines of JSON with lines of JSON."""
    environment = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "slahub.settings"}
    environment.setdefault("SECRET_KEY", "x" * 50)
    environment["API_RATE"] = "1000000/second"
    command = [sys.executable, "-m", module]
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Company(process)
    finally:
        process.communicate()


def _answer_requests() -> None:
    """The process of a company: a line of JSON for each line of JSON, until there are no more."""
    from django.db import connection, transaction

    import slahub.wsgi  # noqa: F401 - set up and at rest, as a web process is

    logging.disable(logging.CRITICAL)  # pages that a reader may not see
    signal.signal(signal.SIGALRM, _break_off)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{LIMIT}s"])
        clients = {reader: _signed_in(reader) for reader in READERS}
        for line in sys.stdin:
            said = json.loads(line)
            with transaction.atomic():
                answer = _answer(said, clients)
                transaction.set_rollback(True)
            print(json.dumps(answer), flush=True)
        transaction.set_rollback(True)


def _break_off(signal_number: int, frame: object) -> None:
    raise TimeoutError


def _signed_in(reader: str) -> Any:
    from django.test import Client

    from people.models import User

    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    client.force_login(User.objects.get(email=f"{reader}@brumeval.example"))
    return client


def _answer(said: dict[str, Any], clients: dict[str, Any]) -> Any:
    from bench.addresses import addresses

    if said["do"] == "addresses":
        return addresses()
    found: list[Any] = []

    def ask() -> None:
        with suppress(TimeoutError):
            found.append(clients[said["who"]].get(said["path"]))

    signal.alarm(LIMIT)
    took = seconds(ask)
    signal.alarm(0)
    if took >= LIMIT or not found:
        return {"status": SEEN, "seconds": LIMIT}
    return {"status": found[0].status_code, "seconds": took}


if __name__ == "__main__":
    _answer_requests()
