"""A trace in words, and the periods it can be asked for."""

from datetime import date

import pandas as pd

from dashboards.answers.names import declared, names_of, spoken
from dashboards.text import count, listed, percent, tonnes
from risk_graph.model.graph import Period
from risk_graph.session import Session
from risk_graph.trace.origins import Trace

_NAMED = 3
_YEARS = 25


def sentences(found: Trace, names: dict[str, str]) -> tuple[str, str]:
    """What is known of the origin, and what is not; names as they are, to be escaped by whoever shows them."""
    mass = found.subject.mass_t
    origins = found.rows[found.rows["kind"] == "origin"]
    by_origin = origins.groupby("origin_id", sort=False)["share"].sum()
    by_origin = by_origin.sort_values(ascending=False, kind="stable")
    parts = [(float(share), spoken(names, str(id_))) for id_, share in by_origin.head(_NAMED).items()]
    if len(by_origin) > _NAMED:
        rest = float(by_origin.iloc[_NAMED:].sum())
        parts.append((rest, count(len(by_origin) - _NAMED, "other origin")))
    comes = ["come from" if mass else "comes from", *["from"] * len(parts)]
    named = [
        f"{_amount(share, mass)} {word} {name}" for (share, name), word in zip(parts, comes, strict=False)
    ]
    start = f"Of {tonnes(mass)} of contained metal, " if mass else "No tonnage is declared. By share, "
    known = f"{start}{listed(named) if named else 'no part leads to a declared origin'}."
    return known, _unknown(found, names)


def _unknown(found: Trace, names: dict[str, str]) -> str:
    low, value, high = found.unknown.low, found.unknown.value, found.unknown.high
    between = f", between {percent(low)} and {percent(high)}" if high - low > 5e-4 else ""
    if value <= 0:
        worst = "if yields and metal contents are at their worst"
        doubt = f" Up to {percent(high)} could be of unknown origin, {worst}." if between else ""
        return f"All of it leads to a declared origin.{doubt}"
    mass = found.subject.mass_t
    amount = f"{tonnes(value * mass)} ({percent(value)}{between})" if mass else f"{percent(value)}{between}"
    cold = found.rows[(found.rows["kind"] == "unknown") & (found.rows["last_known_id"] != "")]
    at = cold.sort_values("share", ascending=False, kind="stable")["last_known_id"].drop_duplicates()
    said = [spoken(names, i) for i in at.head(_NAMED)]
    if len(at) > _NAMED:
        said.append(count(len(at) - _NAMED, "other place"))
    where = f", last known at {listed(said)}" if said else ""
    return f"{amount} {'are' if mass else 'is'} of unknown origin{where}."


def _amount(share: float, mass: float) -> str:
    return f"{tonnes(share * mass)} ({percent(share)})" if mass else percent(share)


def evidence_sums(rows: pd.DataFrame) -> pd.DataFrame:
    """Share and mass by the weakest evidence on the way; the unknown part apart."""
    level = rows["evidence"].where(rows["kind"] == "origin", "unknown origin")
    return rows.groupby(level.rename("evidence"), sort=False)[["share", "mass_t"]].sum().reset_index()


def for_people(session: Session, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of a trace with the names of stages and of the places where the trail goes cold, and the input row of each
    origin with its source. `mass_t` is missing where the subject has no tonnage.
    """
    titles = {id_: stage.title for id_, stage in session.chain.stages.items()}
    last = rows["last_known_id"]
    known = last.map(names_of(session)).fillna(last)
    return rows.assign(
        last_known=known,
        stage_title=rows["stage"].map(titles).fillna(""),
        declared=declared(session, rows["origin_id"]),
        mass_t=rows["mass_t"] if rows["mass_t"].sum() > 0 else float("nan"),
    )


def periods(session: Session) -> dict[str, Period | None]:
    """Periods to choose from by their words in the address: the run's own, every flow, and each calendar year."""
    flows = session.snapshot.tables["flows"]
    choices: dict[str, Period | None] = {"all": None}
    if session.period is not None:
        choices = {"run": session.period, **choices}
    if len(flows):
        first, last = flows["period_start"].min().year, flows["period_end"].max().year
        for year in range(last, max(first, last - _YEARS) - 1, -1):
            choices[str(year)] = (date(year, 1, 1), date(year, 12, 31))
    return choices


def period_title(word: str, session: Session) -> str:
    own = session.period
    if word == "run" and own:
        return f"{own[0].isoformat()} to {own[1].isoformat()} (the run's own)"
    return "all years" if word == "all" else word
