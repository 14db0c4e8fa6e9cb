"""`docs/input.md`: the tables and columns, from their declarations."""

from ingest.numbers import SIGNS
from risk_graph.model.graph import TONNES
from risk_graph.model.table import Column, Table, input_tables

_INTRODUCTION = f"""# Input: the tables you fill

Generated from `risk_graph/model/tables`. `risk-graph init DIR` writes them with an example row.

**Files.** The folder `inputs` holds one file a table (`suppliers.csv`, also .tsv, .txt, .parquet, .xlsx, .xlsm),
or workbooks with a sheet a table; what one table has in several files is put together. Files that are named after
no table are not read, and an issue says so; hidden files and `~$` lock files are left alone.

**Text.** UTF-8, UTF-16 with a byte order mark, and what Excel writes in Western (cp1252) and Chinese (GB18030)
Windows; comma, semicolon, tab or bar between the cells. Headers are compared without regard to case and outer blanks.
Cells lose outer blanks; nothing else is changed: `NA` is Namibia, `007` stays `007`.

**Numbers.** The decimal sign ({" or ".join(f"`{sign}`" for sign in SIGNS)}) is decided for each file from all its
numbers, never for a cell alone. Groups of three (`1,234.5`, `1.234,5`, `1 234,5`) are understood. A file whose
numbers can be read both ways is refused until a setting decides. Cells that a workbook or Parquet holds as numbers
are never in doubt.

**Dates.** `YYYY-MM-DD`. In a workbook also dates, and the serial numbers behind them. Nothing else: `03/04/2026` is
two days.

**Rows.** An issue names the row as a spreadsheet program shows it: the header is 1, blank rows count, a cell with
line breaks is one row. Blank rows are passed over. At most 1,000 issues of one kind a column are listed; the rest
is counted in one more.

**Units of mass.** {", ".join(f"`{unit}` = {tonnes:.10g} t" for unit, tonnes in TONNES.items())}.

**Settings** in `risk-graph.toml`, for all files or for one. `decimal` for all files decides only where a file leaves
it open; for one file it is final:

```toml
[input]
decimal   = ","          # or "."
encoding  = "cp1252"
delimiter = ";"          # or "," "tab" "|"
[input.files."flows.csv"]
decimal = "."
```

**Limits.** Text and Parquet 2 GB, a line 1,048,576 characters; workbooks 50 MB packed, 1 GB unpacked, 20 million
cells a sheet.

What can be wrong, and what to do: [issues.md](issues.md). Columns with * are required.
"""


def tables_markdown() -> str:
    """`docs/input.md`."""
    return "\n".join([_INTRODUCTION, *map(_section, input_tables().values())])


def _section(table: Table) -> str:
    lines = [f"## {table.name}", "", table.description, "", "| column | meaning | form | example |"]
    lines += ["|---|---|---|---|", *map(_line, table.columns), ""]
    return "\n".join(lines)


def _line(column: Column) -> str:
    star = "*" if column.required else ""
    example = f"`{column.example}`" if column.example else ""
    return f"| `{column.name}`{star} | {column.description} | {_form(column)} | {example} |"


def _form(column: Column) -> str:
    forms = {
        "stage": "id of a stage of the chain",
        "material": "id of a material of the chain",
        "country": "ISO 3166-1 alpha-3",
        "subdivision": "ISO 3166-2",
        "unit": "unit of mass",
        "choice": ", ".join(column.choices),
    }
    form = forms.get(column.kind, column.kind)
    if column.references:
        form += f" of {' or '.join(column.references)}"
    if column.low is not None or column.high is not None:
        form += f", {'' if column.low is None else f'{column.low:g}'} to {'' if column.high is None else f'{column.high:g}'}"
    return f"{form}, {column.unit}" if column.unit not in ("", "1") else form
