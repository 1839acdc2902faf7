"""An empty template is a valid bundle, the workbook imports as it is, and the JSON Schema says what the columns say."""

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from matcher.domain.arrow import arrow_schema
from matcher.domain.schema import TABLES, VACANCIES, Kind
from matcher.errors import InputError
from matcher.importing import import_folder
from matcher.io.bundle import read_bundle
from matcher.json_schema import bundle_schema, policy_schema, table_schema
from matcher.sample import write_sample
from matcher.template import WORKBOOK, workbook_bytes, write_template

CONTRACT_TYPES = {
    "candidate_id": "string",
    "skills": "list<item: string>",
    "loonwaarde_pct": "double",
    "lks_eligible": "bool",
    "ladder_step": "int8",
    "age": "int16",
    "months_on_benefit": "int16",
    "available_from": "date32[day]",
    "languages": "list<item: struct<language: string, level: string>>",
    "uses": "list<item: struct<resource_id: string, amount: int64>>",
}


def test_parquet_template_has_the_types_of_the_contract(tmp_path: Path) -> None:
    files = write_template(tmp_path / "new")
    assert [path.name for path in files] == [table.file for table in TABLES.values()]
    bundle = read_bundle(tmp_path / "new")
    assert {name: table.num_rows for name, table in bundle.raw.tables.items()} == dict.fromkeys(TABLES, 0)
    schema = pq.read_schema(tmp_path / "new" / "candidates.parquet")
    assert {name: str(schema.field(name).type).replace("element", "item") for name in CONTRACT_TYPES} == CONTRACT_TYPES
    assert str(arrow_schema(VACANCIES).field("openings").type) == "int32"
    assert str(arrow_schema(TABLES["pairs"]).field("value").type) == "int64"


def test_a_sample_has_the_types_of_the_template(tmp_path: Path) -> None:
    write_sample(tmp_path, people=20, vacancies=20)
    for name, table in TABLES.items():
        path = tmp_path / table.file
        if path.exists() and name != "audit":
            held, mine = pq.read_schema(path), arrow_schema(table)
            for field in held:
                assert field.type == mine.field(field.name).type, f"{name}.{field.name}"


@pytest.mark.parametrize("form", ["parquet", "xlsx"])
def test_nothing_is_overwritten(tmp_path: Path, form: Any) -> None:
    write_template(tmp_path, form)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(InputError, match="already has"):
        write_template(tmp_path, form)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_equal_workbooks_are_equal_bytes_and_explain_every_column() -> None:
    assert workbook_bytes() == workbook_bytes()


def test_every_column_has_a_heading_an_explanation_and_its_codes(tmp_path: Path) -> None:
    (path,) = write_template(tmp_path, "xlsx")
    book = openpyxl.load_workbook(path)
    explained = {(row[0], row[1]) for row in book["explanation"].iter_rows(min_row=2, values_only=True)}
    for name, table in TABLES.items():
        assert [cell.value for cell in book[name][1]] == [column.name for column in table.columns]
        assert {(name, column.name) for column in table.columns} <= explained
        rules = book[name].data_validations.dataValidation
        assert [rule.promptTitle for rule in rules] == [column.name for column in table.columns]
        for column, rule in zip(table.columns, rules, strict=True):
            assert 0 < len(rule.prompt) <= 255
            if column.kind is Kind.CODE:
                assert rule.formula1 == f'"{",".join(column.codes)}"'


def test_a_filled_workbook_imports_as_it_is(tmp_path: Path) -> None:
    (path,) = write_template(tmp_path / "filled", "xlsx")
    book = openpyxl.load_workbook(path)

    def fill(sheet: str, **cells: Any) -> None:
        headings = [cell.value for cell in book[sheet][1]]
        for name, value in cells.items():
            book[sheet].cell(2, headings.index(name) + 1, value)

    person = {"candidate_id": "0012", "skills": "lassen; frezen", "languages": "nld B1; eng A2", "age": 40}
    fill("candidates", **person, loonwaarde_pct=45.5, available_from=dt.date(2026, 12, 1), lks_eligible="TRUE")
    fill("vacancies", vacancy_id="v-1", openings=2, lane="training", skills_essential="lassen")
    book.save(path)
    import_folder(tmp_path / "filled", tmp_path / "bundle")
    tables = read_bundle(tmp_path / "bundle").raw.tables
    (told,) = tables["candidates"].to_pylist()
    assert told["candidate_id"] == "0012"
    assert told["skills"] == ["lassen", "frezen"]
    assert told["languages"] == [{"language": "nld", "level": "B1"}, {"language": "eng", "level": "A2"}]
    assert (told["age"], told["loonwaarde_pct"], told["lks_eligible"]) == (40, 45.5, True)
    assert told["available_from"] == dt.date(2026, 12, 1)
    assert tables["vacancies"]["lane"].to_pylist() == ["training"]
    assert path.name == WORKBOOK


def references(node: Any) -> list[str]:
    """Every $ref in a document."""
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return [*own, *(one for value in node.values() for one in references(value))]
    return [one for value in node for one in references(value)] if isinstance(node, list) else []


def test_json_schema_of_tables_and_policy() -> None:
    whole = bundle_schema()
    assert whole["required"] == ["candidates", "vacancies"]
    assert set(whole["properties"]) == {*TABLES, "policy"}
    assert {one.removeprefix("#/$defs/") for one in references(whole)} <= whole["$defs"].keys()
    assert policy_schema()["additionalProperties"] is False
    for name, table in TABLES.items():
        row = table_schema(name)
        assert list(row["properties"]) == [column.name for column in table.columns]
        assert row["required"] == [column.name for column in table.columns if column.required]
    ladder = table_schema("candidates")["properties"]["ladder_step"]
    assert (ladder["type"], ladder["minimum"], ladder["maximum"]) == (["integer", "null"], 1, 6)
    lane = table_schema("vacancies")["properties"]["lane"]
    assert lane["enum"] == ["regular", "supported", "training", "activation", None]
    assert table_schema("vacancies")["properties"]["openings_min"]["type"] == "null"
    assert table_schema("candidates")["properties"]["uses"]["type"] == ["array", "null"]
    kinds = policy_schema()["$defs"]
    assert kinds["QuotaPolicy"]["properties"]["candidates"]["items"] == {"$ref": "#/$defs/Filter"}
    assert (kinds["Filter"]["type"], kinds["Filter"]["minItems"]) == ("array", 2)
