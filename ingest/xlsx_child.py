"""Parses one workbook in a process of its own, because a hostile one can abort the process that parses it.

Started by `xlsx_file` as a plain script in isolated mode: it must import nothing of this project.
Arguments: workbook, folder for the results, names of the sheets as JSON. Writes `<number>.arrow` for each
sheet: `t0, t1 ...` hold the cells as text, `n0, n1 ...` which of them were numbers; `start` is the first cell.
"""

import datetime
import json
import resource
import sys
from pathlib import Path
from typing import Any

MEMORY = 4 << 30
SECONDS = 120
DAMAGED = 3
TOO_LARGE = 4


def main(arguments: list[str]) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    workbook, folder, names = arguments
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(workbook) as book:
            for number, name in enumerate(json.loads(names)):
                _write(book.get_sheet_by_name(name), Path(folder) / f"{number}.arrow")
    except MemoryError:
        return TOO_LARGE
    except (CalamineError, OSError, ValueError):
        return DAMAGED
    return 0


def _write(sheet: Any, path: Path) -> None:
    import pyarrow as pa

    rows = sheet.to_python(skip_empty_area=True)
    arrays: dict[str, pa.Array] = {}
    for at, cells in enumerate(zip(*rows, strict=True)):
        arrays[f"t{at}"] = pa.array([_text(cell) for cell in cells], pa.string())
        numbers = [type(cell) in (int, float) for cell in cells]
        if any(numbers):
            arrays[f"n{at}"] = pa.array(numbers, pa.bool_())
    table = pa.table(arrays).replace_schema_metadata({"start": json.dumps(sheet.start or (0, 0))})
    with pa.ipc.new_file(str(path), table.schema) as writer:
        writer.write_table(table)


def _text(cell: Any) -> str:
    """A cell as text that reads back to the same value."""
    if type(cell) is str:
        return cell
    if type(cell) is float:
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    return str(cell)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
