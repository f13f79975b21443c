"""Write the data dictionary of a set: `dictionary.json` for programs, `dictionary.html` for people.

The docs site shows the same body in a page of its own.
"""

import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from loaders.errors import LookupFailedError
from tiltak.publish.catalogue import Catalogue, Column, ForeignKey, Name, Relation, Table, View

DICTIONARY = "dictionary.json"

STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0;
  border-bottom: 1px solid #8884; }
nav ul { columns: 20rem; list-style: none; padding: 0; }
section { margin-top: 3rem; }
.scroll { overflow-x: auto; }
code { font-size: .92em; overflow-wrap: anywhere; }
td:first-child code { white-space: nowrap; }
:target { background: #fd08; }
"""


def dictionary(catalogue: Catalogue, build_id: str) -> dict[str, Any]:
    """Return the dictionary as plain data: every relation with its grain, keys, checks and columns."""
    return {"build_id": build_id, "relations": [_relation(relation) for relation in catalogue]}


def write_dictionary(catalogue: Catalogue, build_id: str, folder: Path) -> None:
    """Write both forms of the dictionary into a folder."""
    content = dictionary(catalogue, build_id)
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    (folder / DICTIONARY).write_text(text, encoding="utf-8")
    (folder / "dictionary.html").write_text(_page(content), encoding="utf-8")


def read_tables(folder: Path) -> Catalogue:
    """Read the tables of a published set from its dictionary; its views are in its database.

    Raises:
        LookupFailedError: the folder has no dictionary that this release writes.
    """
    path = folder / DICTIONARY
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        tables = [relation for relation in content["relations"] if relation["kind"] == "table"]
        return Catalogue(tuple(_read_table(table) for table in tables))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise LookupFailedError(
            f"the dictionary of the version cannot be read: {error}", "run `tiltak build`", str(path)
        ) from error


def anchor(relation: str, column: str | None = None) -> str:
    """Return the anchor of a relation or column on the page, as `main.dim_month.month_key`."""
    return relation if column is None else f"{relation}.{column}"


def dictionary_body(
    content: Mapping[str, Any], further: Callable[[Mapping[str, Any]], str] = lambda _: ""
) -> str:
    """Return what the page says, without its head: a list of the relations, and a section for each.

    Args:
        content: the dictionary as plain data.
        further: gives HTML that follows the grain of a relation.
    """
    return "".join(_body(content, further))


def _relation(relation: Relation) -> dict[str, Any]:
    return {
        "schema": relation.name.schema,
        "name": relation.name.relation,
        "kind": "view" if isinstance(relation, View) else "table",
        "description": relation.description,
        "grain": list(relation.grain),
        "primary_key": list(relation.primary_key) if isinstance(relation, Table) else [],
        "checks": list(relation.checks) if isinstance(relation, Table) else [],
        "reads": str(relation.table) if isinstance(relation, View) else None,
        "columns": [_column(relation, column) for column in relation.columns],
    }


def _column(relation: Relation, column: Column) -> dict[str, Any]:
    reference = relation.reference(column.name) if isinstance(relation, Table) else None
    return {
        "name": column.name,
        "data_type": column.data_type,
        "is_nullable": column.is_nullable,
        "description": column.description,
        "references": reference
        and {"relation": str(reference.table), "column": reference.key, "test": reference.test},
    }


def _read_table(table: Mapping[str, Any]) -> Table:
    columns = table["columns"]
    names = ("name", "data_type", "description", "is_nullable")
    return Table(
        Name(table["schema"], table["name"]),
        table["description"],
        tuple(table["grain"]),
        tuple(Column(*(column[name] for name in names)) for column in columns),
        tuple(table["primary_key"]),
        tuple(table["checks"]),
        tuple(
            _read_reference(column)
            for column in sorted(columns, key=lambda column: column["name"])
            if column["references"]
        ),
    )


def _read_reference(column: Mapping[str, Any]) -> ForeignKey:
    target = column["references"]
    return ForeignKey(column["name"], Name(*target["relation"].split(".")), target["column"], target["test"])


def _page(content: Mapping[str, Any]) -> str:
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Data dictionary</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>Data dictionary</h1>\n"
        f"<p>Build <code>{html.escape(content['build_id'])}</code></p>\n"
        f"{dictionary_body(content)}</body>\n</html>\n"
    )


def _body(content: Mapping[str, Any], further: Callable[[Mapping[str, Any]], str]) -> Iterator[str]:
    relations = sorted(content["relations"], key=lambda relation: (relation["schema"], relation["name"]))
    yield '<nav aria-label="Relations"><ul>\n'
    for relation in relations:
        name = f"{relation['schema']}.{relation['name']}"
        yield f"<li>{_link_to(name)}</li>\n"
    yield "</ul></nav>\n"
    for relation in relations:
        yield from _section(relation, further(relation))


def _section(relation: Mapping[str, Any], further: str) -> Iterator[str]:
    name = f"{relation['schema']}.{relation['name']}"
    yield f'<section id="{anchor(name)}">\n<h2><code>{name}</code></h2>\n'
    yield f"<p>{_inline(relation['description'])}</p>\n"
    yield f"<p>Grain: {', '.join(f'<code>{column}</code>' for column in relation['grain'])}</p>\n"
    yield further
    if relation["reads"]:
        yield f"<p>A view of {_link_to(relation['reads'])}</p>\n"
    for check in relation["checks"]:
        yield f"<p>In every row: <code>{html.escape(' '.join(check.split()))}</code></p>\n"
    yield f'<div class="scroll" tabindex="0" role="group" aria-label="Columns of {name}">\n'
    yield "<table>\n<thead><tr><th>column</th><th>type</th><th>description</th></tr></thead>\n<tbody>\n"
    for column in relation["columns"]:
        mark = "" if column["is_nullable"] else ", never empty"
        reference = column["references"]
        target = f" Refers to {_link_to(reference['relation'])}." if reference else ""
        yield (
            f'<tr id="{anchor(name, column["name"])}">'
            f'<td><a href="#{anchor(name, column["name"])}"><code>{column["name"]}</code></a></td>'
            f"<td>{column['data_type']}{mark}</td><td>{_inline(column['description'])}{target}</td></tr>\n"
        )
    yield "</tbody>\n</table>\n</div>\n</section>\n"


def _link_to(relation: str) -> str:
    return f'<a href="#{anchor(relation)}"><code>{relation}</code></a>'


def _inline(markdown: str) -> str:
    """Render the Markdown that descriptions use: code, emphasis and links."""
    parts = re.split(r"`([^`]*)`", markdown)
    rendered = []
    for position, part in enumerate(parts):
        text = html.escape(part)
        if position % 2:
            rendered.append(f"<code>{text}</code>")
        else:
            text = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", text)
            text = re.sub(r"\*([^*]+)\*", r"<em>\1</em>", text)
            rendered.append(re.sub(r"\[([^\]]+)\]\((https?://[^)\s]+)\)", r'<a href="\2">\1</a>', text))
    return "".join(rendered)
