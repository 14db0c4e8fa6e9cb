"""Which statements may be asked: one, and reading only.

Both databases are opened for reading as well; this fence comes first because a database that is open for
reading would still write query results to a file (`COPY ... TO`), read one (`LOAD FROM`, `LOAD CSV`) or show
a server's settings (`CALL`). It cuts a text into tokens at least as finely as either database does: what one
of them takes for code is never taken for a comment or a quoted text here.
"""

import re
from collections.abc import Mapping

from risk_graph.errors import QueryError

_TOKEN = re.compile(
    r"""(?P<skip> \s+ | //[^\r\n]* | /\*.*?\*/ )
      | (?P<quoted> '(?:\\.|[^'\\])*' | "(?:\\.|[^"\\])*" | `[^`]*` )
      | (?P<parameter> \$\w+ )
      | (?P<word> \w+ )
      | (?P<sign> . )""",
    re.VERBOSE | re.DOTALL,
)
_FIRST = {"MATCH", "OPTIONAL", "WITH", "UNWIND", "RETURN"}
_WRITES = {"CREATE", "INSERT", "MERGE", "DELETE", "DETACH", "SET", "REMOVE", "FOREACH", "DROP"}
_REFUSED = _WRITES | {"CALL", "COPY", "LOAD", "USE"}
_ESCAPE = re.compile(r"\\u", re.IGNORECASE)


def check_reading(cypher: str, parameters: Mapping[str, object]) -> None:
    """QueryError unless `cypher` is one reading statement whose parameters are all given."""
    if _ESCAPE.search(cypher):  # Neo4j turns \u0027 into a quote before it looks for quotes
        raise QueryError(r"write the character itself instead of \u and its number")
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
