"""Write the published relations as Parquet and as CSV for Norwegian Excel."""

from pathlib import Path

import duckdb

from tiltak.publish.catalogue import Column, Name, Relation
from tiltak.publish.ddl import quoted

# What Excel would read as a number, date or formula although it is text: digits with signs and blanks between
# (`03`, `2019/2024`, `21 123`, `5111e5`), a month with a number (`mai 2019`), a truth value, a formula.
MONTH = "(jan|feb|mar|apr|mai|may|jun|jul|aug|sep|okt|oct|nov|des|dec)[a-z]*"
MISREAD_BY_EXCEL = (
    r"^[\d\s\x{00A0}.,:/%+\-eE]*\d[\d\s\x{00A0}.,:/%+\-eE]*$"
    r"|(?i:^(\d{1,2}[ .\-]*)?" + MONTH + r"[ .\-]*\d{1,4}$)"
    r"|(?i:^(true|false|sann|usann)$)"
    r"|^[=+\-@]"
)
NEEDS_QUOTES = r'[;"\r\n]|^\s|\s$'
# Excel takes no longer text in a formula.
LONGEST_FORMULA_TEXT = 255
BYTE_ORDER_MARK = "\ufeff"


def export_path(folder: Path, kind: str, name: Name) -> Path:
    """Return where a relation stands in a set: `parquet/main/dim_month.parquet`."""
    return folder / kind / name.schema / f"{name.relation}.{kind}"


def write_parquet(
    connection: duckdb.DuckDBPyConnection, relation: Relation, folder: Path, build_id: str
) -> None:
    """Write a relation as Parquet (zstd), sorted by its key, with the build id in the file's metadata."""
    path = export_path(folder, "parquet", relation.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(
        f"copy (from {relation.name} order by {', '.join(relation.grain)}) to {quoted(str(path))}"
        f" (format parquet, compression zstd, kv_metadata {{build_id: {quoted(build_id)}}})"
    )


def write_csv(connection: duckdb.DuckDBPyConnection, relation: Relation, folder: Path) -> None:
    """Write a relation as CSV that Norwegian Excel opens with a double click, sorted by its key.

    UTF-8 with byte order mark, semicolons, decimal comma, lines ended by CR LF. NULL is an empty field,
    an empty text is `""`. Text that Excel would turn into a number, a date or a formula is written as
    `="03"`, the one form that Excel keeps as text without being asked; other programs see the four extra
    characters and had better read the Parquet files.
    """
    path = export_path(folder, "csv", relation.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    line = " || ';' || ".join(_field(column) for column in relation.columns)
    rows = connection.execute(
        f"select {line} from {relation.name} order by {', '.join(relation.grain)}"
    ).fetchall()
    header = ";".join(column.name for column in relation.columns)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(BYTE_ORDER_MARK)
        file.writelines(f"{text}\r\n" for text in (header, *(row[0] for row in rows)))


def _field(column: Column) -> str:
    name = column.name
    if column.data_type in {"double", "float", "decimal"}:
        field = f"replace(cast({name} as varchar), '.', ',')"
    elif column.data_type == "string":
        # Quotes are doubled once for Excel's formula, and once more for CSV.
        formula = f"'\"=\"\"' || replace({name}, '\"', repeat('\"', 4)) || repeat('\"', 3)"
        csv_text = f"'\"' || replace({name}, '\"', '\"\"') || '\"'"
        field = (
            f"case when length({name}) <= {LONGEST_FORMULA_TEXT}"
            f" and regexp_matches({name}, {quoted(MISREAD_BY_EXCEL)}) then {formula}"
            f" when {name} = '' or regexp_matches({name}, {quoted(NEEDS_QUOTES)}) then {csv_text}"
            f" else {name} end"
        )
    else:
        field = f"cast({name} as varchar)"
    return f"coalesce({field}, '')"
