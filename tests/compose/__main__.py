"""Starts every service of the compose file by its own command and does a day's work with them."""

import json
import shlex
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from core.instants import format_instant
from tests.compose.files import compose, image
from tests.compose.machine import Machine, until
from tests.core.conftest import Postman

HUB = "http://web:8000"
SECRETS = {
    "postgres_password": "p@ss:w/rd",
    "secret_key": "k" * 60,
    "email_url": "smtp://mail:2525",
    "metrics_token": "m" * 40,
}
SERVERS = ("postgres", "redis")
SILENT = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
OTHER_NAMES = {"valkey-server": "redis-server", "valkey-cli": "redis-cli"}  # Debian 12 has Redis
AGREEMENT = """
agreement: proof
title: Proof
parties: [marketing, sales]
effective_from: 2026-01-01
form: short
commitments:
  - {key: answer, title: Answer, owner: sales, kind: response, start: {event: request.received},
     stop: {event: call.made, by: team}, within: 1 minutes, notify: live}
"""


class Stack:
    """The services of the compose file, each with its own command, environment and health check."""

    def __init__(self, root: Path) -> None:
        self.image = image()
        self.file = compose({"SITE_URL": "https://sla.example.com"})
        self.services: dict[str, Any] = self.file["services"]
        self.machine = Machine(root, self.image, list(self.services), SECRETS)
        self.postman = Postman()
        self.mail = Controller(self.postman, hostname="0.0.0.0", port=2525)
        self.mail.start()

    def environment(self, name: str) -> dict[str, str]:
        return dict(self.services[name].get("environment", {}))

    def start(self, *names: str) -> None:
        for name in names:
            command = self.services[name].get("command", self.image.command)
            self.machine.running[name] = self.machine.start(command, self.environment(name))

    def once(self, name: str) -> str:
        """A service that ends by itself."""
        return self.machine.run(self.services[name]["command"], self.environment(name)).decode()

    def manage(self, *words: str, given: str = "") -> str:
        """`docker compose exec -T web python manage.py …`"""
        command = ["python", "manage.py", *words]
        return self.machine.run(command, self.environment("web"), given=given.encode()).decode()

    def healthy(self, name: str, seconds: float = 90) -> None:
        """Waits until the service's own health check says so."""
        check = self.services[name].get("healthcheck", {}).get("test") or ["CMD", *self.image.health]
        words = check[1:] if check[0] == "CMD" else ["sh", "-c", check[1]]

        def holds() -> bool:
            process = self.machine.running[name]
            assert process.poll() is None, f"{name} ended with {process.returncode}"
            if name in SERVERS:
                return self.machine.server_answers([OTHER_NAMES.get(word, word) for word in words])
            return self.machine.start(words, self.environment(name), **SILENT).wait() == 0

        until(f"{name} healthy", holds, seconds)
        tell(f"{name} is healthy")

    def stop(self, *names: str) -> None:
        """As Docker does: SIGTERM, then at most the service's time; it must end well and by itself."""
        for name in names:
            process = self.machine.running.pop(name)
            grace = float(str(self.services[name].get("stop_grace_period", "10s")).rstrip("s"))
            process.send_signal(signal.SIGTERM)
            code = process.wait(grace)
            assert code in (0, -signal.SIGTERM), f"{name} ended with {code}"
            tell(f"{name} stopped")


def ask(path: str, *, token: str = "", body: Any = None) -> tuple[int, Any]:
    """A request as it comes from the proxy; the status and the answer."""
    headers = {"Host": "sla.example.com", "X-Forwarded-Proto": "https", "Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(
        HUB + path, headers=headers, data=json.dumps(body).encode() if body else None
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            status, text = answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read().decode()
    return status, json.loads(text) if text.startswith(("{", "[")) else text


def tell(text: str) -> None:
    sys.stdout.write(f"compose: {text}\n")
    sys.stdout.flush()


def bring_up(stack: Stack) -> None:
    postgres = stack.environment("postgres")
    stack.machine.postgres(
        user=postgres["POSTGRES_USER"],
        password=SECRETS["postgres_password"],
        database=postgres["POSTGRES_DB"],
    )
    program, *options = stack.services["redis"]["command"]
    stack.machine.running["redis"] = subprocess.Popen(
        [OTHER_NAMES[program], *options, "--dir", stack.machine.folder("tmp"), "--logfile", "/dev/null"]
    )
    for name in SERVERS:
        stack.healthy(name)
    tell(f"prepare: {stack.once('prepare').splitlines()[0]}")
    stack.start("web", "worker", "beat")
    for name in ("web", "worker", "beat"):
        stack.healthy(name)


def work(stack: Stack) -> str:
    """A promise, its facts, one kept and one missed, and the mail about the missed one; the API's token."""
    path = stack.machine.folder("tmp") / "proof.yaml"
    path.write_text(AGREEMENT)
    stack.manage("load_agreement", "/tmp/proof.yaml", "--sign")
    token = stack.manage("create_token", "proof", "--scope", "facts:write", "read").split()[-1]
    sync(
        token, "members", [{"external_id": "r1", "email": "rae@example.com", "name": "Rae", "team": "sales"}]
    )
    sync(token, "contacts", [{"external_id": name, "owner": "r1"} for name in ("kept", "missed")])
    now = datetime.now(UTC)
    at = [format_instant((now + timedelta(seconds=n)).replace(microsecond=0)) for n in (0, 1)]
    facts = [
        {"external_id": "1", "kind": "request.received", "occurred_at": at[0], "contact": "kept"},
        {"external_id": "2", "kind": "call.made", "occurred_at": at[1], "contact": "kept", "actor": "r1"},
        {"external_id": "3", "kind": "request.received", "occurred_at": at[0], "contact": "missed"},
    ]
    sync(token, "events", facts)
    until("both judged", lambda: verdicts(token) == {"crm:kept": "met", "crm:missed": "overdue"}, 100)
    tell("facts were judged: one promise kept, one missed")
    told = ["Due soon: Contact missed", "Not kept: Contact missed"]
    until("the mails", lambda: sorted(mail["Subject"] for mail in stack.postman.mails) == told, 150)
    assert {mail["To"] for mail in stack.postman.mails} == {"rae@example.com"}
    tell("mails about it came to its owner, once each")
    return token


def sync(token: str, resource: str, records: Sequence[dict[str, Any]]) -> None:
    status, answer = ask(f"/api/v1/sync/{resource}/", token=token, body={"source": "crm", "records": records})
    assert (status, answer["rejected"]) == (200, 0), answer


def verdicts(token: str) -> dict[str, str]:
    rows = ask("/api/v1/clocks/?page_size=100", token=token)[1]["results"]
    return {row["subject"]: row["state"] for row in rows}


def report(stack: Stack, token: str) -> None:
    """Yesterday's report, published by hand as after an outage, is what the API shows."""
    day = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    stack.manage("publish_report", "--day", day, "--team", "sales")
    status, answer = ask(f"/api/v1/reports/{day}/?team=sales", token=token)
    assert (status, answer["team"]) == (200, "sales"), answer
    tell(f"the report of {day} is published")


def watched(stack: Stack) -> None:
    status, ready = ask("/readyz")
    assert (status, ready["status"]) == (200, "ready"), ready
    assert ask("/metrics")[0] == 401
    status, text = ask("/metrics", token=SECRETS["metrics_token"])
    assert status == 200
    assert 'slahub_ready{check="beat"} 1.0' in text
    assert 'slahub_versions_info{broker="Redis' in text
    tell("ready, and measured by Prometheus")


def back_up_and_restore(stack: Stack, token: str) -> None:
    """What is written after the backup is gone after the restore; what was there before is there again."""
    tell(f"backup: {stack.once('backup').strip()}")
    (file,) = stack.machine.folder("backups").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    sync(token, "contacts", [{"external_id": "after"}])
    stack.stop("beat", "worker", "web")
    restore = ["python", "manage.py", "restore", f"/backups/{file.name}", "--yes"]
    tell(stack.machine.run(restore, stack.environment("backup")).decode().splitlines()[0])
    stack.start("web", "worker", "beat")
    for name in ("web", "worker"):
        stack.healthy(name)
    assert verdicts(token) == {"crm:kept": "met", "crm:missed": "overdue"}
    names = [row["external_id"] for row in ask("/api/v1/contacts/", token=token)[1]["results"]]
    assert sorted(names) == ["kept", "missed"], names


def main() -> int:
    began = time.monotonic()
    stack = Stack(Path(sys.argv[1]))
    tell(f"image built by: {shlex.join(stack.image.built_by)[:60]}…")
    bring_up(stack)
    token = work(stack)
    report(stack, token)
    watched(stack)
    back_up_and_restore(stack, token)
    stack.stop("beat", "worker", "web")
    stack.mail.stop()
    tell(f"every service ran as it is written, and stopped when asked; {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
