"""Issue codes of a whole file, sheet or column."""

from ingest.words import Words

_REFUSED = "The file is not loaded, and nothing is loaded until it can be."

FILE_CODES: dict[str, Words] = {
    "missing-file": Words(
        "error",
        "There is nothing to read",
        "the folder `inputs` is missing, or holds no file with the name of a table",
        "{what}",
        "Put the tables there as .csv, .tsv, .txt, .parquet or .xlsx files named after the table "
        "(suppliers, facilities, flows ...); `risk-graph init` writes templates.",
        "Nothing is loaded.",
    ),
    "unreadable-file": Words(
        "error",
        "The file is not what its name says, is damaged or may not be read",
        "a web page saved as `flows.csv`; a workbook that was cut off in a transfer",
        "The file cannot be read: {what}.",
        "Open it in the program that made it and save it again, as .csv (UTF-8), .xlsx or .parquet.",
        _REFUSED,
    ),
    "encrypted-file": Words(
        "error",
        "The workbook is protected by a password",
        "a workbook saved with *Encrypt with password*",
        "The file is encrypted.",
        "Remove the password and save the file again.",
        _REFUSED,
    ),
    "empty-file": Words(
        "error",
        "The file holds nothing",
        "a file of 0 bytes; as a warning: a header without rows",
        "The file holds {what}.",
        "Fill it, or remove it if there is nothing to say.",
        "An empty file is refused; a header alone is an empty table.",
    ),
    "file-too-large": Words(
        "error",
        "The file is larger than can be read safely",
        "a workbook that unpacks to gigabytes; a CSV file with a line of 100 MB",
        "The file is too large: {what}.",
        "Split it, or save it as .parquet. If it looks small, it is damaged or hostile: make it anew.",
        _REFUSED,
    ),
    "missing-column": Words(
        "error",
        "A required column is missing",
        "`flows.csv` without a column `unit`",
        "The required column {column} is missing.",
        "Add the column {column}: {what}.",
        _REFUSED,
    ),
    "unknown-column": Words(
        "warning",
        "A column has no meaning here",
        "a column `remarks`",
        "{what} not a column of this table; not read.",
        "Nothing, if it is yours alone. If it should be read, rename it to one of: {known}.",
        "The column is not read.",
    ),
    "duplicate-column": Words(
        "error",
        "A column stands there twice",
        "a header `flow_id,mass,mass`",
        "The column {column} stands in the header {what} times.",
        "Keep one of them: nobody but you can know which is right.",
        _REFUSED,
    ),
    "understood-column": Words(
        "info",
        "A header was read as the name of a column",
        "`Supplier_ID ` read as `supplier_id`",
        "The header {value} was read as {column}.",
        "Nothing, if that is right. Headers are compared without regard to case and outer blanks.",
        "None.",
    ),
    "ambiguous-decimal": Words(
        "error",
        "Both readings of the numbers fit: decimal point and decimal comma",
        "a file whose only numbers look like `1,234`",
        "{what}",
        "Say what the decimal sign of this file is, in risk-graph.toml: "
        '[input.files."{file}"] decimal = "." or decimal = "," ([input] decimal for every file that leaves it open).',
        _REFUSED,
    ),
    "understood-encoding": Words(
        "info",
        "The text encoding was recognised",
        "a file saved by Excel in a Western or Chinese Windows encoding",
        "The text was read as {encoding}, for example {value}.",
        "Nothing, if the example is right; else save the file as UTF-8, or name its encoding in "
        'risk-graph.toml: [input.files."{file}"] encoding = "...".',
        "None.",
    ),
    "unknown-file": Words(
        "warning",
        "A file or folder in `inputs` is not named after a table",
        "`notes.docx`, `flows 2024.csv`",
        "Not read: {what}.",
        "Nothing, if it is not meant to be read. Names that are read: {known}, each as "
        ".csv, .tsv, .txt, .xlsx, .xlsm or .parquet, or as a sheet of a workbook.",
        "The file is not read.",
    ),
    "unknown-sheet": Words(
        "warning",
        "A sheet is not named after a table",
        "a sheet `Pivot`",
        "This sheet is not named after a table; not read.",
        "Nothing, if it is not meant to be read. Sheet names that are read: {known}.",
        "The sheet is not read.",
    ),
    "formula-value": Words(
        "info",
        "Cells hold formulas",
        "`=B2*1000` in a column `mass`",
        "{what} formulas; the values that were calculated last are read.",
        "Nothing, if the workbook was saved after it was calculated.",
        "None.",
    ),
    "journal-lost": Words(
        "warning",
        "The journal does not hold what the last run noted of it",
        "`journal.db` was deleted, or an older copy of it was put back",
        "{what}",
        "Put back a copy of the journal that holds them. If there is none, decide again, and `risk-graph journal accept DIR` records who goes on without them and why.",
        "What people decided since is not used; each run says so until it is back or its loss accepted.",
    ),
}
