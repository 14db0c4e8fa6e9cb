"""Who holds a share in somebody in question, over any number of steps, on a day: the shortest way for each."""

from collections.abc import Collection
from datetime import date

import pandas as pd


def holdings_in(ownership: pd.DataFrame, questioned: Collection[str], as_of: date) -> dict[str, str]:
    """Owner id -> the way in words: `A holds 51 % of B since 2019-01-01, B holds 100 % of C`.

    Only shares above zero, valid on the day. Of several shortest ways the one over the smallest ids.
    """
    day = pd.Timestamp(as_of)
    begun = ownership["valid_from"].isna() | (ownership["valid_from"] <= day)
    lasting = ownership["valid_to"].isna() | (ownership["valid_to"] >= day)
    rows = ownership[begun & lasting & (ownership["share"] > 0)].sort_values(["owned_id", "owner_id"])
    by_owned = {owned: list(group.itertuples()) for owned, group in rows.groupby("owned_id", sort=True)}
    found: dict[str, str] = {}
    frontier = {owned: "" for owned in sorted(questioned) if owned in by_owned}
    while frontier:
        nearer: dict[str, str] = {}
        for owned, way in sorted(frontier.items()):
            for row in by_owned.get(owned, ()):
                if row.owner_id not in found and row.owner_id not in nearer:
                    step = _step(row.owner_id, row.share, owned, row.valid_from)
                    nearer[row.owner_id] = f"{step}, {way}" if way else step
        found |= nearer
        frontier = nearer
    return found


def _step(owner: object, share: float, owned: str, since: pd.Timestamp) -> str:
    dated = f" since {since:%Y-%m-%d}" if pd.notna(since) else ""
    return f"{owner} holds {100 * share:g} % of {owned}{dated}"
