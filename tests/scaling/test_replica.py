"""Pages and lists from a real streaming replica: late by little, one's own writes at once, never an error."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections
from django.db.utils import InternalError
from django.utils import timezone
from rest_framework.test import APIClient

from core import replica_state
from core.replica_state import Replica
from core.replicas import REPLICA, alias_for_reading, reading, reading_replica
from leads.models import Account
from people.models import User
from people.tokens import create_token
from tests.scaling.streaming import Standby, standby

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", REPLICA]),
    pytest.mark.processes,
    pytest.mark.xdist_group("replica"),
]
ACCOUNTS = "/api/v1/accounts/"
Someone = Callable[[], APIClient]


@pytest.fixture(scope="module")
def copy(django_db_setup: None, django_db_blocker: object) -> Iterator[Standby]:
    with django_db_blocker.unblock(), standby() as found:  # type: ignore[attr-defined]
        known = connections["default"].settings_dict
        options = {"connect_timeout": 2, "options": "-c default_transaction_read_only=on"}
        mirror = {**known["TEST"], "MIRROR": "default"}
        connections.settings[REPLICA] = {**known, "HOST": found.host, "OPTIONS": options, "TEST": mirror}
        yield found
        connections[REPLICA].close()
        del connections[REPLICA]
        del connections.settings[REPLICA]


@pytest.fixture(autouse=True)
def routed(copy: Standby, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Replica:
    settings.REPLICA_URL = "postgresql://somewhere/slahub"
    settings.DATABASE_ROUTERS = ["core.replicas.ReplicaRouter"]
    copy.go_on()
    fresh = Replica()
    monkeypatch.setattr("slahub.replicas.replica", fresh)
    monkeypatch.setattr(replica_state, "LOOK_EVERY", 0.0)
    until_known(fresh)
    return fresh


def until_known(replica: Replica) -> None:
    """How late it is is known once it has replayed what was written before a look."""
    ends = time.monotonic() + 20
    while not replica.may_be_read() and time.monotonic() < ends:
        time.sleep(0.05)


@pytest.fixture
def someone(api_with: Callable[[str], APIClient]) -> Someone:
    def make() -> APIClient:
        _, text = create_token(name="crm", scopes=["facts:write", "read"], as_of=timezone.now())
        return api_with(text)

    return make


def send(client: APIClient, name: str) -> None:
    body = {"source": "crm", "records": [{"external_id": name, "name": name}]}
    assert client.post("/api/v1/sync/accounts/", body, format="json").status_code == 200


def names(client: APIClient) -> list[str]:
    answer = client.get(ACCOUNTS)
    assert answer.status_code == 200
    return sorted(row["name"] for row in answer.json()["results"])


def test_others_read_what_the_replica_has_and_who_wrote_reads_it_at_once(
    copy: Standby, someone: Someone
) -> None:
    writer, reader = someone(), someone()
    send(writer, "first")
    copy.go_on()
    copy.hold()
    send(writer, "second")

    assert names(reader) == ["first"]
    assert names(writer) == ["first", "second"]

    copy.go_on()
    assert names(reader) == ["first", "second"]


def test_a_replica_that_is_late_beyond_the_limit_is_not_read(
    copy: Standby, someone: Someone, routed: Replica, settings: Any
) -> None:
    settings.REPLICA_MAX_LAG = 1
    writer, reader = someone(), someone()
    copy.hold()
    send(writer, "news")
    routed.look()
    time.sleep(1.2)

    assert names(reader) == ["news"]
    assert (routed.look().late or 0) > 1

    copy.go_on()
    until_known(routed)
    assert routed.may_be_read()


def test_a_replica_that_breaks_down_while_it_is_read_costs_nobody_their_page(
    copy: Standby, someone: Someone, routed: Replica
) -> None:
    writer, reader = someone(), someone()
    send(writer, "kept")
    copy.go_on()
    assert names(reader) == ["kept"]
    copy.stop()
    try:
        assert names(reader) == ["kept"]
        assert routed.look().trouble == "OperationalError"
        assert not routed.may_be_read()
    finally:
        copy.start()


def test_what_is_measured_is_read_there_and_people_and_writes_are_not(copy: Standby) -> None:
    with reading_replica():
        assert Account.objects.all().db == REPLICA
        assert User.objects.all().db == "default"
        with reading.cursor() as cursor:
            cursor.execute("SELECT pg_is_in_recovery()")
            assert cursor.fetchone() == (True,)
        with pytest.raises(InternalError, match="read-only"), reading.cursor() as cursor:
            cursor.execute("DELETE FROM leads_account")
        Account.objects.all().delete()  # by the primary
    assert alias_for_reading() == "default"


def test_a_server_that_is_no_replica_is_not_read(copy: Standby, routed: Replica) -> None:
    connections[REPLICA].close()
    connections[REPLICA].settings_dict["HOST"] = connections["default"].settings_dict["HOST"]
    try:
        assert not routed.may_be_read()
        assert routed.look().trouble == "no replica"
    finally:
        connections[REPLICA].close()
        connections[REPLICA].settings_dict["HOST"] = copy.host
