"""A listing through time: the edition of the run's date, and those in force on the days when metal left a node.

The worse of their answers counts (Kleene's or), so that a place that left the list stays listed for the metal that
left it before. With one edition at hand nothing is added. Knows no trace.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from risk_graph.layers.layer import Layer
from risk_graph.layers.listing import read_listing
from risk_graph.layers.region import Listing
from risk_graph.layers.situation import Reading, Situation, Situations

_DAY = np.timedelta64(1, "D")
_ALWAYS, _EVER = np.datetime64("0001-01-01", "D"), np.datetime64("9999-12-31", "D")
Spans = list[tuple[date, date] | None]
"""For each edition in force the first and last day on which metal left under it; None if none did. Before them stands the
same of the days that no edition covers, behind them that of the days after the run's date."""


@dataclass(frozen=True, eq=False)
class InForce:
    """An edition and the days on which it was the newest, both included; none after the run's date."""

    layer: Layer
    first: np.datetime64
    last: np.datetime64


@dataclass(frozen=True, eq=False)
class ReadOverTime:
    """`of` (n,) is the position in `readings` of each node's answer; `also` the editions that were looked up besides."""

    readings: list[Reading]
    of: np.ndarray
    also: tuple[str, ...]


def begins(layer: Layer) -> np.datetime64:
    """First day of a listing's edition: as its rows say, else the day it appeared."""
    start = layer.values["listed_from"].max()
    return np.datetime64(layer.released, "D") if pd.isna(start) else np.datetime64(start, "D")


def in_force(editions: Sequence[Layer], as_of: date) -> list[InForce]:
    """The editions that had begun by the date, oldest first, each until the day before the next."""
    today = np.datetime64(as_of, "D")
    begun = sorted((e for e in editions if begins(e) <= today), key=lambda e: (begins(e), e.edition))
    ends = [*(begins(e) - _DAY for e in begun[1:]), today][: len(begun)]
    return [InForce(e, begins(e), end) for e, end in zip(begun, ends, strict=True)]


def read_over_time(
    counting: Layer,
    editions: Sequence[Layer],
    as_of: date,
    nodes: pd.Series,
    found: Situations,
    left: pd.DataFrame,
) -> ReadOverTime:
    """What a listing says of each node: in the edition that counts, and in those of the days when metal left it.

    `left` has node_id, first and last (days, included), a row a delivery that leaves a node.
    """
    periods = in_force(editions, as_of)
    spans = _spans(periods, nodes, left)
    used = [bool((~np.isnat(first)).any()) for first, _ in spans[1:-1]]
    also = tuple(p.layer.edition for p, u in zip(periods, used, strict=True) if u and p.layer is not counting)
    keys = pd.DataFrame({"situation": found.of})
    for number, (first, last) in enumerate(spans):
        keys[f"first{number}"], keys[f"last{number}"] = first, last
    of = keys.groupby(list(keys), sort=False, dropna=False).ngroup().to_numpy()
    unique = keys[~pd.Series(of).duplicated().to_numpy()]
    readers = [_reader(p.layer, as_of) for p in periods]
    now = _reader(counting, as_of)
    readings = []
    for row in unique.itertuples(index=False, name=None):
        at, days = found.unique[row[0]], _pairs(row[1:])
        then = [
            (p.layer, span, read(at))
            for p, span, read in zip(periods, days[1:-1], readers, strict=True)
            if span and p.layer is not counting
        ]
        worst = _worst(counting, as_of, now(at), then)
        beyond = _beyond(counting, as_of, days[0], days[-1], _first_at_hand(periods))
        readings.append(replace(worst, detail=" ".join([worst.detail, *beyond])))
    return ReadOverTime(readings, of, also)


def _first_at_hand(periods: list[InForce]) -> str:
    return str(periods[0].first) if periods else ""


def _reader(layer: Layer, as_of: date) -> Callable[[Situation], Reading]:
    listing = Listing(layer, as_of)
    memo: dict[Situation, Reading] = {}

    def read(at: Situation) -> Reading:
        if at not in memo:
            memo[at] = read_listing(listing, at)
        return memo[at]

    return read


def _spans(
    periods: list[InForce], nodes: pd.Series, left: pd.DataFrame
) -> list[tuple[np.ndarray, np.ndarray]]:
    """First and last day of deliveries of each node, (n,) each: before every edition, in each of them, after the run."""
    if not periods:
        nothing = np.full(len(nodes), np.datetime64("NaT"), "datetime64[D]")
        return [(nothing, nothing), (nothing, nothing)]
    days = [
        (_ALWAYS, periods[0].first - _DAY),
        *((p.first, p.last) for p in periods),
        (periods[-1].last + _DAY, _EVER),
    ]
    number = pd.Index(nodes).get_indexer(pd.Index(left["node_id"]))
    first, last = (left[c].to_numpy(dtype="datetime64[D]") for c in ("first", "last"))
    out = []
    for begin, end in days:
        counts = (number >= 0) & (first <= end) & (last >= begin)
        span = pd.DataFrame(
            {
                "node": number[counts],
                "first": np.maximum(first[counts], begin).astype("datetime64[s]"),
                "last": np.minimum(last[counts], end).astype("datetime64[s]"),
            }
        )
        each = span.groupby("node").agg({"first": "min", "last": "max"}).reindex(range(len(nodes)))
        out.append(
            (each["first"].to_numpy(dtype="datetime64[D]"), each["last"].to_numpy(dtype="datetime64[D]"))
        )
    return out


def _pairs(days: tuple[pd.Timestamp, ...]) -> Spans:
    pairs = zip(days[::2], days[1::2], strict=True)
    return [None if pd.isna(a) else (a.date(), b.date()) for a, b in pairs]


def _worst(
    counting: Layer,
    as_of: date,
    now: Reading,
    then: Sequence[tuple[Layer, tuple[date, date], Reading]],
) -> Reading:
    """The worse answer, that of the run's date if none is worse, with the editions and days it rests on."""
    every: list[tuple[Layer, tuple[date, date] | None, Reading]] = [(counting, None, now), *then]
    layer, span, worst = max(every, key=lambda found: found[2].truth if found[2].truth is not None else -1)
    said = [worst.detail]
    if span:
        said.append(f"Edition {layer.edition} was in force when metal left here ({_days(span)}).")
        said.append(f"Edition {counting.edition}, which counts as of {as_of}: {now.detail}")
    elif then:
        looked = "; ".join(f"{e.edition} for {_days(days)}" for e, days, _ in then)
        said.append(f"As of {as_of} edition {counting.edition} counts; deliveries: {looked}.")
    return replace(worst, detail=" ".join(said), edition=layer.edition)


def _beyond(
    counting: Layer,
    as_of: date,
    before: tuple[date, date] | None,
    after: tuple[date, date] | None,
    first_at_hand: str,
) -> list[str]:
    """What is to be said of deliveries on days that no edition tells of."""
    said = []
    if before:
        said.append(
            f"Of the days {_days(before)} no edition is at hand (the first begins on {first_at_hand}): edition "
            f"{counting.edition} stands for them."
        )
    if after:
        said.append(f"Of the days {_days(after)}, after {as_of}, nothing is known yet.")
    return said


def _days(span: tuple[date, date]) -> str:
    return str(span[0]) if span[0] == span[1] else f"{span[0]} to {span[1]}"
