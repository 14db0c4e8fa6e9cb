"""Facts for the rules of regimes: a tiny graph, what layers say of its places, and the other tables."""

from dataclasses import replace
from datetime import date

import pandas as pd

from risk_graph.assess.facts import Facts
from risk_graph.assess.records import Records
from risk_graph.assess.rule import findings_of
from risk_graph.layers.layer import Layer
from risk_graph.model.chain import load_chain
from risk_graph.model.graph import build_graph
from risk_graph.model.table import fact_tables, input_tables, result_tables
from risk_graph.trace.network import prepare
from tests.assess.facts import facts_of, place_ids
from tests.trace.strategies import tables_of

AS_OF = date(2026, 6, 30)
YEAR = (date(2025, 9, 1), date(2026, 3, 31))
"""Within twelve months of AS_OF."""
SITES = (
    ("M", "S0", "bauxite_mine", "GIN"),
    ("R", "S1", "alumina_refinery", "AUS"),
    ("A", "S1", "smelter", "AUS"),
)
FLOWS = (
    ("M", "R", "bauxite", 8.0, "reported", "t", *YEAR),
    ("R", "A", "alumina", 2.0, "reported", "t", *YEAR),
    ("A", "P0", "molten_aluminium", 1.0, "reported", "t", *YEAR),
)
"""Mine, refinery, smelter, product: every tonne has a declared origin."""


def rows(name, given):
    """An input or result table of dictionaries."""
    table = {**input_tables(), **result_tables()}[name]
    frame = pd.DataFrame(given)
    dates = [c.name for c in table.all_columns if c.kind == "date" and c.name in frame]
    return table.conform(frame.assign(**{d: pd.to_datetime(frame[d]) for d in dates}))


def layer(id_, kind, given=()):
    values = fact_tables()[kind].conform(pd.DataFrame(given))
    return Layer(
        id_, kind, id_, id_, "none", None, "", "nobody", "nobody", "", "none", "", "2026", AS_OF, AS_OF, True, "",
        values, fact_tables()["names"].empty(),
    )  # fmt: skip


def make(
    sites=SITES, flows=FLOWS, products=("P0",), listed=None, numbers=None, layers=(), chain="aluminium", as_of=AS_OF,
    regimes=None, last_report=None, matches=None, suppliers=("S0", "S1", "S2"), incomplete=None, **tables,
):  # fmt: skip
    """`listed[layer][id]` is what a listing says (default F), `numbers[layer][id]` a country value (default missing)."""
    chain = load_chain(chain) if isinstance(chain, str) else chain
    inputs = tables_of(sites, flows, products, suppliers)
    inputs |= {name: rows(name, given) for name, given in tables.items()}
    graph = build_graph(inputs, chain, incomplete=incomplete)
    plain = facts_of(
        graph, {k: v for k, v in (listed or {}).items() if k in ("eu_cahra", "uflpa_region")}, {}
    )
    more = []
    for name, said in (listed or {}).items():
        if name not in ("eu_cahra", "uflpa_region"):
            more += [
                {"subject_id": i, "layer": name, "truth": said.get(i, "F"), "detail": f"said of {i}"}
                for i in place_ids(graph)
            ]
    for name, said in (numbers or {}).items():
        more += [
            {"subject_id": i, "layer": name, "value": said.get(i), "detail": ""} for i in place_ids(graph)
        ]
    signals = plain.signals
    if more:
        extra = pd.DataFrame(more).assign(signal_id=lambda t: t["layer"] + "|" + t["subject_id"])
        signals = pd.concat([signals, result_tables()["signals"].conform(extra)], ignore_index=True)
    found = None if matches is None else rows("matches", matches)
    records = Records(inputs, {one.id: one for one in layers}, found, last_report, regimes)
    return replace(Facts(prepare(graph), signals, as_of, records=records))


def truths(facts, rule):
    """Subject id -> letter, of one rule."""
    table = findings_of(facts, rule)
    return dict(zip(table["subject_id"], table["truth"], strict=True))


def said(facts, rule, subject_id):
    """The finding's row."""
    table = findings_of(facts, rule)
    return table[table["subject_id"] == subject_id].iloc[0]
