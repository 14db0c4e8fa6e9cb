"""Which statements may be asked: one, and reading only.

Both databases are opened for reading as well; this fence comes first because an embedded database that is
open for reading would still write query results to a file (`COPY ... TO`) or read one (`LOAD FROM`).
"""

import re
from collections.abc import Mapping

from risk_graph.errors import QueryError

_TOKEN = re.compile(
    r"""(?P<skip> \s+ | //[^\n]* | /\*.*?\*/ )
      | (?P<quoted> '(?:\\.|[^'\\])*' | "(?:\\.|[^"\\])*" | `[^`]*` )
      | (?P<parameter> \$\w+ )
      | (?P<word> \w+ )
      | (?P<sign> . )""",
    re.VERBOSE | re.DOTALL,
)
_FIRST = {"MATCH", "OPTIONAL", "WITH", "UNWIND", "RETURN"}
_REFUSED = {"CREATE", "MERGE", "DELETE", "DETACH", "SET", "REMOVE", "FOREACH", "CALL", "LOAD", "DROP", "COPY"}


def check_reading(cypher: str, parameters: Mapping[str, object]) -> None:
    """QueryError unless `cypher` is one reading statement whose parameters are all given."""
    tokens = [(m.lastgroup, m.group()) for m in _TOKEN.finditer(cypher) if m.lastgroup != "skip"]
    while tokens and tokens[-1] == ("sign", ";"):
        tokens.pop()
    if not tokens or tokens[0][1].upper() not in _FIRST:
        raise QueryError("a query reads: it starts with MATCH, OPTIONAL MATCH, WITH, UNWIND or RETURN")
    before = ""
    for kind, text in tokens:
        if (kind, text) == ("sign", ";"):
            raise QueryError("one statement at a time: leave out what follows the `;`")
        if kind == "word" and text.upper() in _REFUSED and before not in {".", ":"}:
            raise QueryError(
                f"queries only read: {text.upper()} is not allowed (a name like that needs backticks)"
            )
        if kind == "parameter" and text[1:] not in parameters:
            raise QueryError(f"the query's parameter {text} has no value")
        before = text
