"""Names of ids, for people."""

import pandas as pd

from risk_graph.session import Session

KINDS = {"supplier": "supplier", "facility": "facility", "product": "product"}


def subjects(session: Session) -> pd.DataFrame:
    """Everybody who can be asked about: id, name, kind; suppliers, then facilities and products, by name."""
    tables = session.snapshot.tables
    frames = [
        tables[kind][[f"{one}_id", "name"]].set_axis(["id", "name"], axis=1).assign(kind=one)
        for kind, one in (("products", "product"), ("suppliers", "supplier"), ("facilities", "facility"))
    ]
    return pd.concat([f.sort_values(["name", "id"]) for f in frames], ignore_index=True)


def names_of(session: Session) -> dict[str, str]:
    """Id -> name of every supplier, facility and product."""
    table = subjects(session)
    return dict(zip(table["id"], table["name"], strict=True))


def stage_title(session: Session, stage: str) -> str:
    found = session.chain.stages.get(stage)
    return found.title if found else stage
