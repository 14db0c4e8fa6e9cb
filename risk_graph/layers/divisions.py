"""Events by country and first-order division, for those whose place is known no better, and for such sites.

The division of an event is that of the outline its coordinates lie in: the spelling in the data follows no code.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from risk_graph.layers.locate import locate
from risk_graph.layers.place import load_atlas
from risk_graph.layers.region import lineage
from risk_graph.layers.situation import Situation


@dataclass(frozen=True, eq=False)
class Divisions:
    """Row numbers of events by what their place is a part of, by what it is, and by country."""

    inside: dict[str, list[int]]
    exactly: dict[str, list[int]]
    of_country: dict[str, list[int]]
    nowhere: list[int]

    @classmethod
    def of_events(cls, events: pd.DataFrame) -> "Divisions":
        out = cls({}, {}, {}, [])
        if not len(events):
            return out
        at = events[["country", "longitude", "latitude"]].drop_duplicates().reset_index(drop=True)
        country = at["country"].to_numpy(object)
        found = locate(load_atlas(), country, at["longitude"].to_numpy(float), at["latitude"].to_numpy(float))
        codes = [_codes(polygons) for polygons in found.at]
        place = at.reset_index().merge(events[["country", "longitude", "latitude"]], how="right")["index"]
        for row, (number, home) in enumerate(zip(place, events["country"], strict=True)):
            out.of_country.setdefault(home, []).append(row)
            if not codes[number]:
                out.nowhere.append(row)
            for code in codes[number]:
                out.exactly.setdefault(code, []).append(row)
                for whole in lineage(code):
                    out.inside.setdefault(whole, []).append(row)
        return out

    def may_hold(self, at: Situation) -> np.ndarray:
        """Rows of the events that may have happened in the division of a site; in its country if that is not known."""
        codes = division_of(at)
        rows = set(self.nowhere) & set(self.of_country.get(at.country, ()))
        if not codes:
            rows |= set(self.of_country.get(at.country, ()))
        for code in codes:
            rows |= set(self.inside.get(code, ()))
            for whole in lineage(code):
                rows |= set(self.exactly.get(whole, ()))
        return np.array(sorted(rows), np.int64)


def division_of(at: Situation) -> tuple[str, ...]:
    """Codes of the subdivision that a site lies in: declared, else by its coordinates."""
    return (at.subdivision,) if at.subdivision else _codes(at.at)


def _codes(polygons: Iterable[int]) -> tuple[str, ...]:
    atlas = load_atlas()
    return tuple(sorted({code for p in polygons for code in atlas.codes[p]}))
