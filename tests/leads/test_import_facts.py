"""manage.py import_facts: files through the one ingestion."""

import csv
import json

import pytest
from django.core.management import CommandError, call_command

from leads.models import Batch, Deal, Lead, Ref

pytestmark = pytest.mark.django_db

MAP = """
fields: {external_id: id, status: state, created_at: day}
values: {status: {MQL: mql}}
timezone: Europe/Paris
"""


def run(*args, capsys=None):
    """Exit status, and the counts that were printed last."""
    status = 0
    try:
        call_command("import_facts", *map(str, args))
    except SystemExit as left:
        status = left.code
    return status, json.loads(capsys.readouterr().out.splitlines()[-1])


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "map.yaml").write_text(MAP)
    (tmp_path / "leads.csv").write_text("id,state,day\n1,MQL,2026-03-01\n2,raw,2026-03-02 10:00\n")
    return tmp_path


def test_a_csv_file_is_imported_with_its_map_and_the_same_again_is_unchanged(folder, capsys):
    args = ("leads", folder / "leads.csv", "--map", folder / "map.yaml", "--source", "crm")
    first, again = run(*args, capsys=capsys), run(*args, capsys=capsys)

    assert first == (0, {"received": 2, "created": 2, "updated": 0, "unchanged": 0, "rejected": 0})
    assert again[1]["unchanged"] == 2
    assert list(Lead.objects.order_by("ref_id").values_list("status", flat=True)) == ["mql", "raw"]
    assert Batch.objects.first().channel == "file"


def test_refused_rows_are_written_with_their_reasons_and_the_command_ends_with_1(folder, capsys):
    (folder / "leads.csv").write_text("id,state,day\n1,raw,2026-03-01\n,raw,2026-03-02\n3,raw,someday\n")
    status, counts = run("leads", folder / "leads.csv", "--map", folder / "map.yaml", capsys=capsys)

    assert (status, counts["created"], counts["rejected"]) == (1, 1, 2)
    with (folder / "leads.csv.rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        rejected = list(csv.DictReader(file))
    assert [(row["id"], row["day"], row["field"], row["code"]) for row in rejected] == [
        ("", "2026-03-02", "external_id", "required"),
        ("3", "someday", "created_at", "invalid_instant"),
    ]
    assert all(row["message"] for row in rejected)


def test_a_dry_run_checks_everything_and_stores_nothing(folder, capsys):
    status, counts = run(
        "leads", folder / "leads.csv", "--map", folder / "map.yaml", "--dry-run", capsys=capsys
    )

    assert (status, counts["created"]) == (0, 2)
    assert not Ref.objects.exists()
    assert not Batch.objects.exists()


def test_a_date_alone_without_a_timezone_is_refused_with_the_remedy(folder, capsys):
    (folder / "map.yaml").write_text("fields: {external_id: id, created_at: day}")
    status, _ = run("leads", folder / "leads.csv", "--map", folder / "map.yaml", capsys=capsys)

    assert status == 1
    assert "timezone" in (folder / "leads.csv.rejected.csv").read_text(encoding="utf-8-sig")


def test_json_and_ndjson_need_no_map(tmp_path, capsys):
    rows = [{"external_id": "1", "amount": 5, "outcome": "won"}, {"external_id": "2"}]
    (tmp_path / "deals.json").write_text(json.dumps(rows))
    (tmp_path / "more.ndjson").write_text('{"external_id": "3"}\n{broken\n')

    assert run("deals", tmp_path / "deals.json", capsys=capsys)[1]["created"] == 2
    status, counts = run("deals", tmp_path / "more.ndjson", capsys=capsys)
    assert (status, counts["created"], counts["rejected"]) == (1, 1, 1)
    assert Deal.objects.count() == 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("fields: {external_id: number}", "there is no column 'number'"),
        ("fields: {status: state}", "nothing gives external_id"),
        ("feilds: {}", "did you mean 'fields'"),
    ],
)
def test_a_map_that_does_not_fit_stops_before_the_first_row(folder, change, message):
    (folder / "map.yaml").write_text(change)

    with pytest.raises(CommandError, match=message):
        call_command("import_facts", "leads", folder / "leads.csv", map=folder / "map.yaml")
    assert not Ref.objects.exists()


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_facts", "leads", str(tmp_path / "none.csv"))


def test_a_source_with_odd_characters_is_refused(folder):
    with pytest.raises(CommandError, match="--source"):
        call_command("import_facts", "leads", str(folder / "leads.csv"), "--source", "a:b")


@pytest.mark.parametrize("cell", ["2026-11-20 25:00", "2026-02-30"])
def test_a_day_or_hour_that_does_not_exist_is_said_so_with_the_line_of_the_file(folder, capsys, cell):
    (folder / "leads.csv").write_text(f'id,state,day\n1,"m\nql",2026-03-01\n\n2,raw,{cell}\n')
    with pytest.raises(SystemExit):
        call_command("import_facts", "leads", folder / "leads.csv", map=folder / "map.yaml", source="crm")

    said = capsys.readouterr().out
    assert (
        "1 × created_at invalid_instant, first in row 2 (line 5): there is no such day or hour: correct it"
    ) in said
    assert "add Z" not in said
    assert "%2B" not in said


def test_warnings_are_told_in_groups_and_the_command_ends_well(tmp_path, capsys):
    lines = [json.dumps({"external_id": str(n), "status": "rejected"}) for n in range(130)]
    (tmp_path / "leads.ndjson").write_text("\n\n" + "\n".join(lines))
    call_command("import_facts", "leads", tmp_path / "leads.ndjson", source="crm")

    said = capsys.readouterr().out
    assert "130 × status unknown_status, first in row 1 (line 3): 'rejected' is none of" in said
    assert "did you mean disqualified?" in said


def test_without_a_source_it_says_which_one_is_used(folder, capsys):
    call_command("import_facts", "leads", folder / "leads.csv", map=folder / "map.yaml")
    assert "“file”" in capsys.readouterr().out
    assert Ref.objects.get(external_id="1").source == "file"

    call_command("import_facts", "leads", folder / "leads.csv", map=folder / "map.yaml", source="crm")
    assert "“file”" not in capsys.readouterr().out
