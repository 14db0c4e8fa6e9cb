"""Example rows of the templates that nobody deleted: they are invented, and would be assessed like real ones."""

from collections.abc import Mapping, Sequence

import numpy as np

from ingest.rows import Rows
from ingest.template import MARK, Row


def check_examples(rows: Rows, examples: Mapping[str, Sequence[Row]]) -> None:
    """Warns of loaded rows whose source or name is still the example's."""
    said = np.zeros(len(rows), dtype=bool)
    for column in ("source", "name"):
        texts = {row[column] for row in examples[rows.table.name] if row.get(column, "").endswith(MARK)}
        if texts:
            found = rows.frame[column].isin(texts).to_numpy(dtype=bool) & ~rows.rejected & ~said
            rows.issue("example-row", column, found)
            said |= found
