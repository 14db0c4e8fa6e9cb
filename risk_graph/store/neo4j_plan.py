"""What the server would do for a query, by its own plan: only reading, and only rows that are public.

Relationships never lead from one slot to another, so whatever is reached from a node of a public label is
public. A plan that begins anywhere else (all nodes, all relationships of a type) may meet rows that a load
has staged beside the public ones; it is taken for such a plan unless it is known not to be.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import neo4j

from risk_graph.errors import QueryError, StoreError

_NOT_READING = ("LoadCSV", "ProcedureCall", "Show", "Terminate")
_PUBLIC = (
    "Argument",  # no rows of the graph ...
    "EmptyRow",
    "Projection",
    "Unwind",
    "Limit",
    "NodeByLabelScan",  # ... or those of a label
    "UnionNodeByLabelsScan",
    "IntersectionNodeByLabelsScan",
    "NodeUniqueIndexSeek",
    "NodeIndexSeek",
    "NodeIndexScan",
    "NodeIndexContainsScan",
    "NodeIndexEndsWithScan",
)
_TYPE_SCANS = ("DirectedRelationshipTypeScan", "UndirectedRelationshipTypeScan")
_LABEL_GROUP = re.compile(
    r"(?:^|(?<= AND ))\(((?:\w+:[\w|]+(?: AND )?)+)\)(?= AND |$)"
)  # (o:Supplier AND f:Facility)
_HIDDEN = "{ MATCH"  # a plan within an expression, which the server does not show


@dataclass(frozen=True)
class _Operator:
    """`kept` are the conditions of the filters that everything it finds goes through first."""

    name: str
    details: str
    leaf: bool
    kept: frozenset[str]


def check_plan(summary: neo4j.ResultSummary, *, staged: bool) -> None:
    """QueryError unless the explained statement only reads; StoreError if it may meet `staged` rows."""
    operators = list(_operators(summary.plan or {}, frozenset()))
    if summary.query_type != "r" or any(o.name.startswith(_NOT_READING) for o in operators):
        raise QueryError("queries only read the graph")
    if staged and not all(_is_public(operator) for operator in operators):
        raise StoreError(
            "a load is not finished and this query would meet its rows: name the labels of both ends of a "
            "pattern, or wait (if the load was killed, run it again)"
        )


def _operators(plan: Mapping[str, Any], kept: frozenset[str]) -> Iterator[_Operator]:
    children = plan.get("children") or []
    details = str((plan.get("args") or {}).get("Details", ""))
    name = str(plan.get("operatorType", "")).split("@")[0]
    yield _Operator(name, details, not children, kept)
    below = kept | _conditions(details) if name == "Filter" else frozenset()
    for child in children:
        yield from _operators(child, below)


def _conditions(details: str) -> frozenset[str]:
    """What must hold for all that a filter lets through; none when it names alternatives."""
    if " OR " in details or " XOR " in details:
        return frozenset()
    return frozenset(_LABEL_GROUP.sub(r"\1", details).split(" AND "))


def _is_public(operator: _Operator) -> bool:
    if _HIDDEN in operator.details:
        return False
    if operator.name == "NodeCountFromCountStore":
        return "()" not in operator.details
    if operator.name == "RelationshipCountFromCountStore":
        return "(:" in operator.details
    if operator.name in _TYPE_SCANS:  # public when the label of an end is asked for at once
        return any(
            re.fullmatch(rf"{re.escape(end)}:[\w|`]+", condition)
            for end in re.findall(r"\(([^()]+)\)", operator.details)
            for condition in operator.kept
        )
    return not operator.leaf or operator.name.startswith(_PUBLIC)
