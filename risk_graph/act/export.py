"""What leaves the project: rows of a layer that may not be passed on are left out, and that is said.

A table on the screen is the user's own use. CSV, JSON and downloads are made to be passed on: what the publisher of
such a layer wrote (values, names, sentences) is left out of them, and what can be computed back to it; what we say
(truth, band, the overall score) and the citation by which others may look it up stay (docs/sources.md).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from risk_graph.assess.scorer import Scorer
from risk_graph.errors import QueryError

NUMBERS = (
    "value", "low", "high", "risk", "points", "distance_km", "mass_t", "value_kusd",
    "from_known", "from_missing", "from_unknown", "residual_low", "residual", "residual_high",
    "p05", "p50", "p95", "rank_p05", "rank_p95", "p_top_k",
)  # fmt: skip
WORDS = ("detail", "evidence", "missing", "note", "before", "after", "reasons")
SAID = "withheld: may not be passed on"
_BEFORE_LISTS = {
    "IN",
    "WHERE",
    "AND",
    "OR",
    "XOR",
    "NOT",
    "RETURN",
    "WITH",
    "UNWIND",
    "THEN",
    "ELSE",
    "WHEN",
    "BY",
}
_AS_TEXT = "_LABEL"
"""Stands in the text that a whole node becomes."""
_TOKEN = re.compile(r"`[^`]*`|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|//[^\r\n]*|/\*.*?\*/|\w+|\S", re.DOTALL)


@dataclass(frozen=True)
class Withheld:
    """What may not be passed on: `layers` maps ids to "edition E, licence L"; `rules` and `themes` read them."""

    layers: Mapping[str, str]
    rules: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()

    @property
    def sentence(self) -> str:
        """What is left out and why; empty if nothing is."""
        if not self.layers:
            return ""
        named = "; ".join(f"{layer} ({what})" for layer, what in self.layers.items())
        return f"Left out, for it may not be passed on: what these layers say: {named}. Tables on the screen show it."


NOTHING = Withheld({})


def withheld_of(layers: pd.DataFrame) -> Withheld:
    """What a run's table of layers says may not be passed on."""
    held = layers[layers["redistribution"] != "true"].sort_values("layer")
    return Withheld({row.layer: f"edition {row.edition}, {row.licence}" for row in held.itertuples()})


def with_rules(withheld: Withheld, findings: pd.DataFrame) -> Withheld:
    """With the rules that read such a layer, as the stored findings say."""
    asked = findings[["rule", "layers"]].fillna("").drop_duplicates()
    found = {
        r.rule for r in asked.itertuples() if not withheld.layers.keys().isdisjoint(str(r.layers).split())
    }
    return Withheld(withheld.layers, frozenset(found), withheld.themes)


def with_themes(withheld: Withheld, scorer: Scorer) -> Withheld:
    """With the themes that read such a layer: a theme of one indicator is that indicator on another scale."""
    found = {theme.id for theme in scorer.themes if not theme.layers.isdisjoint(withheld.layers)}
    return Withheld(withheld.layers, withheld.rules, frozenset(found))


def passed_on(table: pd.DataFrame, withheld: Withheld, also: Iterable[str] = ()) -> pd.DataFrame:
    """The table as it may leave: its rows all stand there, but numbers are missing where the row is of a withheld layer
    or theme, and words say why where it is of a withheld layer or rule (columns layer, theme, rule). `also` names
    further columns of words. The table itself if nothing is left out.
    """
    of_layer, of_theme, of_rule = (
        table[column].isin(list(names)) if column in table else pd.Series(False, index=table.index)
        for column, names in (
            ("layer", withheld.layers),
            ("theme", withheld.themes),
            ("rule", withheld.rules),
        )
    )
    numbers, words = of_layer | of_theme, of_layer | of_rule
    if not (numbers | words).any():
        return table
    out = table.copy()
    for column in (c for c in NUMBERS if c in out):
        out[column] = out[column].astype("float64").mask(numbers)
    for column in (c for c in (*WORDS, *also) if c in out):
        filled = out[column].notna() & (out[column].astype("object") != "")
        out[column] = out[column].astype("object").mask(words & filled, SAID)
    return out


def check_query(cypher: str, withheld: Withheld) -> None:
    """QueryError if a query could compute what may not be passed on: it names a property that holds it, or reads
    properties by a name that is not known before it runs. Against oversight, not against intent.
    """
    if not withheld.layers:
        return
    tokens = [t for t in _TOKEN.findall(cypher) if t[0] not in "'\"" and not t.startswith(("//", "/*"))]
    named = sorted({*NUMBERS, *WORDS} & {t.strip("`") for t in tokens})
    dynamic = any(_is_dynamic(before, token) for before, token in zip(["", *tokens], tokens, strict=False))
    if named or dynamic:
        what = f"names {', '.join(named)}" if named else "reads properties without naming them"
        raise QueryError(
            f"The query {what}, which may hold what may not be passed on. {withheld.sentence} Ask it with --format table."
        )


def _is_dynamic(before: str, token: str) -> bool:
    """`n[...]`, `n {.*}`, `properties(n)`, and functions of extensions, which may do the same."""
    if token == "[":
        return before in (")", "]") or (
            before.strip("`").isidentifier() and before.upper() not in _BEFORE_LISTS
        )
    return (before, token) == (".", "*") or token.lower() in ("properties", "apoc")


def answered(table: pd.DataFrame, withheld: Withheld) -> pd.DataFrame:
    """The answer to a checked query as it may leave: nodes and relationships in it are rows like others."""
    if not withheld.layers:
        return table
    out = table.copy()
    for column in out.columns:
        if not pd.api.types.is_numeric_dtype(out[column]):
            cells = [_cell(value, withheld) for value in out[column]]
            out[column] = pd.Series(cells, index=out.index, dtype="object")
    return out


def _cell(value: Any, withheld: Withheld) -> Any:
    if isinstance(value, list):
        return [_cell(part, withheld) for part in value]
    if isinstance(value, str) and _AS_TEXT in value:
        return SAID
    if not isinstance(value, dict):
        return value
    row = {key: _cell(part, withheld) for key, part in value.items()}
    of_layer, of_theme, of_rule = (
        isinstance(row.get(key), str) and row[key] in names
        for key, names in (("layer", withheld.layers), ("theme", withheld.themes), ("rule", withheld.rules))
    )
    hidden = (NUMBERS if of_layer or of_theme else ()) + (WORDS if of_layer or of_rule else ())
    return {key: None if key in hidden else part for key, part in row.items()}
