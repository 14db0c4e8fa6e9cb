"""What another program says of two names, where it is installed: nomenklatura's LogicV2 (the extra `screening`).

It is shown to the person who decides and decides nothing. Without it nothing is missing but the figure.
"""

import importlib.metadata
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

_PACKAGE = "nomenklatura"
_SCHEMAS = {"person": "Person", "vessel": "Vessel", "aircraft": "Airplane", "organisation": "Organization"}

Opinion = Callable[[str, Sequence[str], str], float]
"""(our name, their names, kind of the entry) -> 0..1."""


@cache
def second_opinion() -> Opinion | None:
    """LogicV2 on names alone; None if it is not installed, or cannot be loaded (its ICU library may be missing)."""
    try:
        from followthemoney import model
        from nomenklatura.matching import LogicV2
    except ImportError:
        return None
    config = LogicV2.default_config()

    def party(schema: str, names: Sequence[str]) -> Any:
        # The library remembers names by id: the same id must mean the same names.
        id_ = "\n".join((schema, *names))
        return model.get_proxy({"id": id_, "schema": schema, "properties": {"name": list(names)}})

    def opinion(ours: str, theirs: Sequence[str], kind: str) -> float:
        them = party(_SCHEMAS.get(kind, "LegalEntity"), theirs)
        return float(LogicV2.compare(party("LegalEntity", [ours]), them, config).score)

    return opinion


@cache
def label() -> str:
    """Its name and version, part of a run's identity; empty if it is not installed. Loads nothing."""
    try:
        return f"nomenklatura LogicV2 {importlib.metadata.version(_PACKAGE)}"
    except importlib.metadata.PackageNotFoundError:
        return ""
