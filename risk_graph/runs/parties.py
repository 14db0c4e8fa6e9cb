"""Who is meant by an id in a what-if, and which nodes those are."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import pandas as pd

from risk_graph.errors import InputError, NotFoundError

Frames = Mapping[str, pd.DataFrame]
NAMED = {"suppliers": "supplier_id", "facilities": "facility_id", "products": "product_id"}
_SHOWN = 3


@dataclass(frozen=True)
class Party:
    """A supplier, facility or product; `nodes` are its ends of flows: its facilities and itself."""

    id: str
    table: str
    name: str
    nodes: frozenset[str]

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"


def party(tables: Frames, id_: str, kinds: tuple[str, ...] = tuple(NAMED)) -> Party:
    """The party of an id, of one of these tables. NotFoundError names those whose id or name is near."""
    for table in kinds:
        rows = tables[table][tables[table][NAMED[table]] == id_]
        if len(rows):
            nodes = {id_}
            if table == "suppliers":
                facilities = tables["facilities"]
                nodes |= set(facilities.loc[facilities["supplier_id"] == id_, "facility_id"])
            return Party(id_, table, str(rows["name"].iat[0]), frozenset(nodes))
    what = {"suppliers": "supplier", "facilities": "facility", "products": "product"}
    wanted = " or ".join(what[k] for k in kinds)
    raise NotFoundError(f"There is no {wanted} {id_!r}.{near(tables, id_, kinds)}")


def near(tables: Frames, text: str, kinds: tuple[str, ...]) -> str:
    """A sentence that names those whose id or name is near; empty if nobody's is."""
    words: dict[str, str] = {}
    for table in kinds:
        for id_, name in zip(tables[table][NAMED[table]], tables[table]["name"], strict=True):
            words.setdefault(str(name).casefold(), f"{id_} ({name})")
            words.setdefault(str(id_).casefold(), f"{id_} ({name})")
    within = [w for w in words if len(text) > 2 and text.casefold() in w]
    found = get_close_matches(text.casefold(), list(words), _SHOWN, 0.6) + within
    named = list(dict.fromkeys(words[w] for w in found))[:_SHOWN]
    return f" Near: {', '.join(named)}." if named else ""


def stages_of(tables: Frames) -> dict[str, str]:
    """Stage of each facility."""
    facilities = tables["facilities"]
    return dict(zip(facilities["facility_id"], facilities["stage"], strict=True))


def site_for(tables: Frames, old_node: str, new: Party) -> str:
    """The node of `new` that delivers instead of a node: its facility of the same stage, else its unspecified site.

    Raises InputError if it has several of that stage, or is a facility of another one.
    """
    stages = stages_of(tables)
    stage = stages.get(old_node)
    if new.table == "facilities":
        if stage is not None and stages[new.id] != stage:
            raise InputError(
                f"{new.id} is a {stages[new.id]}, and {old_node} is a {stage}: it cannot deliver instead."
            )
        return new.id
    same = sorted(n for n in new.nodes if stage is not None and stages.get(n) == stage)
    if len(same) > 1:
        raise InputError(
            f"{new.id} has {len(same)} facilities of the stage {stage}: name one of {', '.join(same[:5])}."
        )
    return same[0] if same else new.id
