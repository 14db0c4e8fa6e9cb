"""A hash of a table's values: equal for equal values, whatever lies under missing ones and however it is stored."""

import hashlib

import pyarrow as pa
import pyarrow.compute as pc


def feed(hasher: "hashlib._Hash", table: pa.Table) -> None:
    """Puts names, types, values and what is missing of a table into a hash."""
    whole = table.combine_chunks()
    hasher.update(repr(whole.schema.to_string()).encode())
    for column in whole.columns:
        present = pc.cast(pc.is_valid(column), pa.int8())
        fill = "" if pa.types.is_string(column.type) else pa.scalar(0).cast(pa.int32()).cast(column.type)
        _feed_columns(hasher, pa.table([present, pc.fill_null(column, fill)], ["present", "value"]))


def fingerprint(table: pa.Table) -> str:
    """SHA-256 of a table's values."""
    hasher = hashlib.sha256()
    feed(hasher, table)
    return hasher.hexdigest()


def _feed_columns(hasher: "hashlib._Hash", table: pa.Table) -> None:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    hasher.update(sink.getvalue())
