"""Maps of imports and how cells become values; no database."""

import pytest

from leads.importing import MapError, Mapping, read_map
from leads.importing.conversion import Conversion
from leads.importing.files import UnreadableFile, read_table

LEADS = """
fields: {external_id: "{id}-{line}", created_at: day, score: points, attributes.size: size}
constants: {status: mql}
values: {origin: {web: website}}
timezone: America/Sao_Paulo
dates: ["%d/%m/%Y"]
"""


def converted(text, resource, row):
    return Conversion(resource, read_map(text, resource)).row(row)


def test_a_row_of_a_file_becomes_a_row_of_the_api():
    row = {"id": "7", "line": "2", "day": "01/02/2018", "points": " 12.5 ", "size": "30"}

    assert converted(LEADS, "leads", row) == {
        "external_id": "7-2",
        "created_at": "2018-02-01T02:00:00Z",
        "score": "12.5",
        "attributes": {"size": 30},
        "status": "mql",
    }


@pytest.mark.parametrize(
    ("resource", "name", "cell", "value"),
    [
        ("accounts", "tier", "2", 2),
        ("accounts", "tier", "two", "two"),
        ("accounts", "named", "Yes", True),
        ("accounts", "named", "non", False),
        ("accounts", "named", "perhaps", "perhaps"),
        ("accounts", "name", "", None),
        ("accounts", "name", "  ", None),
        ("contacts", "buyer_role", "champion; influencer", ["champion", "influencer"]),
        ("contacts", "phone", "007", "007"),
        ("contacts", "attributes.code", "007", "007"),
        ("contacts", "attributes.share", "0.5", 0.5),
        ("contacts", "created_at", "2026-03-29", "2026-03-29"),
        ("contacts", "created_at", "2026-03-29T10:00:00+02:00", "2026-03-29T08:00:00Z"),
    ],
)
def test_a_cell_gets_the_type_of_its_field_or_stays_for_ingestion_to_refuse(resource, name, cell, value):
    row = converted(f"fields: {{external_id: id, {name}: cell}}", resource, {"id": "1", "cell": cell})

    outer, _, inner = name.partition(".")
    assert (row[outer][inner] if inner else row[outer]) == value


@pytest.mark.parametrize(
    ("zone", "cell", "instant"),
    [
        ("Europe/Paris", "2026-03-29T02:30:00", "2026-03-29T01:30:00Z"),  # clocks go forward: no such time
        ("Europe/Paris", "2026-10-25T02:30:00", "2026-10-25T00:30:00Z"),  # twice: the first
        ("America/Sao_Paulo", "2017-10-15", "2017-10-15T03:00:00Z"),  # that midnight did not exist
        ("Australia/Lord_Howe", "2026-04-05 01:45:00", "2026-04-04T14:45:00Z"),
    ],
)
def test_a_local_time_is_placed_in_the_zone_of_the_map(zone, cell, instant):
    text = f"{{fields: {{external_id: id, occurred_at: at}}, timezone: {zone}}}"

    assert converted(text, "events", {"id": "1", "at": cell})["occurred_at"] == instant


def test_a_template_with_an_empty_cell_is_null():
    assert converted("fields: {external_id: '{a}-{b}'}", "leads", {"a": "1", "b": ""})["external_id"] is None


def test_data_of_events_is_gathered_and_empty_cells_are_left_out():
    text = "fields: {external_id: id, data.reason: why, data.wait: wait}"
    assert converted(text, "events", {"id": "1", "why": "", "wait": "12"})["data"] == {"wait": 12}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("field: {}", "field: there is no field 'field'; did you mean 'fields'"),
        ("fields: {extrenal_id: id}", "did you mean 'external_id'"),
        ("fields: {external_id: 5}", "fields.external_id: must be a text"),
        ("fields: [a]", "fields: must be an object"),
        ("values: {origin: web}", "values.origin: must be an object"),
        ("timezone: Paris", "timezone: 'Paris' is unknown"),
        ("dates: [day]", "dates: 'day' is no format"),
        ("fields: {external_id: a, external_id: b}", "duplicate"),
        ("fields: {external_id: [", "line 1"),
        ("- fields", "must be an object"),
    ],
)
def test_a_wrong_map_is_refused_by_its_key_with_the_fix(text, message):
    with pytest.raises(MapError) as refused:
        read_map(text, "leads")

    assert message in str(refused.value)


def test_yaml_words_stay_words():
    assert read_map("constants: {origin: on, reason: no}", "leads").constants == {
        "origin": "on",
        "reason": "no",
    }


def test_a_map_that_asks_for_a_column_which_is_not_there_is_refused():
    with pytest.raises(MapError, match=r"fields.external_id: there is no column 'idd'; did you mean 'id'\?"):
        Mapping(fields={"external_id": "idd"}).check_columns(["id", "day"])


@pytest.mark.parametrize(
    "content",
    [
        "id,name\n1,Zoë\n".encode(),
        "id;name\r\n1;Zoë\r\n".encode("utf-8-sig"),
        "id\tname\n\n1\tZoë\n".encode("utf-16"),
        "id|name\n1|Zoë".encode("cp1252"),
    ],
)
def test_csv_is_read_whatever_a_spreadsheet_made_of_it(tmp_path, content):
    (tmp_path / "file.csv").write_bytes(content)

    assert read_table(tmp_path / "file.csv").rows == [{"id": "1", "name": "Zoë"}]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"id,id\n1,2", "two columns called id"),
        ("a.json", b"{", "is not valid JSON"),
        ("a.json", b'{"rows": []}', "must be a list"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)

    with pytest.raises(UnreadableFile, match=message):
        read_table(tmp_path / name)
