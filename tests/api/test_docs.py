"""docs/api.md says what is so: addresses, fields, kinds, codes, and examples that run as they stand."""

import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator

from leads.api.schemas import WARNING
from leads.event_kinds import KINDS
from leads.values import BUYER_ROLES, LEAD_STATUSES, REJECTION_REASONS, STATUS_IMPLIES
from measurement.enums import ClockState
from measurement.judging import judge_pending
from people.enums import Scope
from people.tokens import create_token
from reporting.enums import RootCause
from tests.api.contract import FIELDS

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/api.md").read_text()
EXAMPLES = re.findall(r"^```sh\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
#: Every answer must be a success, or the shell ends.
QUIETLY = 'set -eu -o pipefail; curl() { command curl --fail-with-body -sS "$@"; echo; }\n'


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


def test_every_operation_is_named(document: dict[str, Any]) -> None:
    missing = [path for path in document["paths"] if f"`{path}" not in TEXT and f"{path}`" not in TEXT]
    assert missing == []


def test_every_filter_of_every_list_is_named(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                assert f"{parameter['name']}" in TEXT, (path, parameter["name"])


@pytest.mark.parametrize("resource", FIELDS)
def test_every_field_of_a_resource_stands_in_its_row(resource: str) -> None:
    (row,) = re.findall(rf"^\| `{resource}` \| (.*) \|$", TEXT, re.MULTILINE)
    (everywhere,) = re.findall(r"^Every record also takes .*$", TEXT, re.MULTILINE)
    told = row if resource == "events" else row + everywhere
    assert [field for field in FIELDS[resource] if f"`{field}`" not in told] == []


def test_words_that_programs_rely_on_are_named() -> None:
    words = [*KINDS, *ClockState, *RootCause, *Scope]
    assert [str(word) for word in words if f"`{word}`" not in TEXT] == []


def test_statuses_reasons_and_roles_stand_in_their_lists_with_what_they_imply() -> None:
    (statuses,) = re.findall(r"^- \*\*Lead `status`\*\*: (.*?)\. Those", TEXT, re.MULTILINE)
    told = [re.findall(r"`([^`]+)`", entry) for entry in statuses.split(", ")]
    assert told == [[status, *filter(None, [STATUS_IMPLIES.get(status)])] for status in LEAD_STATUSES]
    bad, other = re.findall(
        r"^- \*\*Rejection reasons\*\*.*?: (.*?)\. The others: (.*?)\.", TEXT, re.MULTILINE
    )[0]
    flags = {name: text is bad for text in (bad, other) for name in re.findall(r"`([^`]+)`", text)}
    assert flags == dict(REJECTION_REASONS)
    (roles,) = re.findall(r"^- \*\*Buyer roles\*\*: (.*)$", TEXT, re.MULTILINE)
    assert re.findall(r"`([^`]+)`", roles) == list(BUYER_ROLES)


def test_every_code_of_a_warning_is_named() -> None:
    codes = WARNING["properties"]["code"]["examples"]
    source = (ROOT / "leads/ingestion/warnings.py").read_text()
    assert set(re.findall(r'"(unknown_\w+)"', source)) | {"more_warnings"} == set(codes)
    assert [code for code in codes if f"`{code}`" not in TEXT] == []


def test_links_lead_somewhere() -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", TEXT)
    assert [target for target in targets if not (ROOT / "docs" / target).exists()] == []


@pytest.fixture
def shell(live_server: Any) -> dict[str, str]:
    """The environment of a shell that may talk to the hub."""
    call_command("load_agreement", str(ROOT / "docs/examples/inbound.yaml"), "--sign")
    _, token = create_token(name="crm", scopes=[*Scope], as_of=datetime.now(UTC))
    return {**os.environ, "HUB": live_server.url, "TOKEN": token, "no_proxy": "*"}


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not on this machine")
def test_the_examples_run_as_they_stand(shell: dict[str, str]) -> None:
    said = []
    for example in EXAMPLES:
        done = subprocess.run(
            ["bash", "-c", QUIETLY + example], env=shell, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, (example, done.stdout, done.stderr)
        said += [json.loads(line) for line in done.stdout.splitlines() if line.strip()]
        judge_pending(as_of=datetime.now(UTC))

    sent, read = said[:5], said[5:]
    assert [summary["rejected"] for summary in sent] == [0] * 5
    # Friday 15:30 to 17:00, then half an hour on Tuesday 7 April: due at 9:30 in Paris; called at 11:15.
    (late,) = read[0]["results"]
    assert (late["state"], late["due_at"]) == ("late", "2026-04-07T07:30:00Z")
    assert [len(page["results"]) for page in read[:3]] == [1, 1, 1]
    assert read[3]["total"]["late"] == 1


class HubSpot(http.server.BaseHTTPRequestHandler):
    """As much of HubSpot's search as the glue asks for: two pages of one contact each."""

    asked: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append(asked)
        number = 2 if "after" in asked else 1
        had = {
            "lifecyclestage": "marketingqualifiedlead",
            "hs_analytics_source": "PAID_SEARCH",
            "hubspot_owner_id": "51",
            "createdate": "2026-04-01T08:00:00.123Z",
            "lastmodifieddate": "2026-04-02T08:00:00.123Z",
        }
        page = {"results": [{"id": str(number), "properties": had}]}
        if number == 1:
            page["paging"] = {"next": {"after": "1"}}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(page).encode())

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def hubspot() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), HubSpot) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_the_glue_for_hubspot_brings_what_changed(shell: dict[str, str], hubspot: str) -> None:
    glue = [sys.executable, str(ROOT / "docs/examples/hubspot_leads.py"), "2026-04-01T00:00:00Z"]
    environment = {**shell, "HUBSPOT_URL": hubspot, "HUBSPOT_TOKEN": "t"}
    done = [
        subprocess.run(glue, env=environment, capture_output=True, text=True, timeout=60) for _ in range(2)
    ]

    assert [(run.returncode, run.stderr) for run in done] == [(0, "")] * 2
    assert "'created': 2" in done[0].stdout
    assert "'unchanged': 2" in done[1].stdout
    assert all(FIELDS["leads"].count(name) for name in ("status", "origin", "owner", "created_at"))
