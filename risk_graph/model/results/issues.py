"""What was wrong with the input, kept with what was loaded."""

from risk_graph.model.table import Column, Node, Table

TABLE = Table(
    name="issues",
    title="Issues",
    description="Every problem found when the input was loaded.",
    graph=Node("Issue"),
    provenance=False,
    columns=(
        Column("code", "text", "Issue code"),
        Column("level", "choice", "error, warning or info", choices=("error", "warning", "info")),
        Column("file", "text", "File"),
        Column("sheet", "text", "Sheet of a workbook"),
        Column("row", "integer", "Row as a spreadsheet program shows it; 0: the whole file"),
        Column("column", "text", "Column"),
        Column("message", "text", "What is wrong"),
        Column("remedy", "text", "What to do"),
    ),
)
