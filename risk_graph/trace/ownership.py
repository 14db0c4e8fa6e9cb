"""Who owns an entity in the end: look-through shares, derived from the direct ones and never stored."""

from datetime import date

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph
from scipy.sparse.linalg import splu

_ROUNDING = 1e-9

COLUMNS = ["owner_id", "direct", "share"]


def owners_of(ownership: pd.DataFrame, entity_id: str, as_of: date) -> pd.DataFrame:
    """COLUMNS: everybody with a share (0..1) in the entity on that day, direct and look-through, largest first.

    `ownership` is the input table. The look-through share is the sum over all ways of the product of their
    direct shares, X = D + D X: shares held in a circle are solved, not cut. An open end of validity holds.
    Where a circle is held wholly by itself (or by more than the whole), no look-through share can be told: NaN.
    """
    rows = ownership[_valid(ownership, as_of)]
    ids = pd.Index(sorted({*rows["owner_id"], *rows["owned_id"], entity_id}))
    owner, owned = ids.get_indexer(rows["owner_id"]), ids.get_indexer(rows["owned_id"])
    shape = (len(ids), len(ids))
    direct = sparse.coo_array((rows["share"].to_numpy(), (owner, owned)), shape=shape).tocsr()
    # Only who owns the entity: what others hold of each other, in a circle even, does not matter here.
    above = np.sort(csgraph.breadth_first_order(direct.T, ids.get_loc(entity_id), return_predecessors=False))
    ids, direct = ids[above], direct[above][:, above]
    mine = direct[:, [ids.get_loc(entity_id)]].toarray()[:, 0]
    try:
        total = splu(sparse.csc_array(sparse.eye_array(len(ids)) - direct)).solve(mine)
    except RuntimeError:  # exactly singular: the circle owns itself wholly
        total = np.full(len(ids), np.nan)
    if not (total >= mine - _ROUNDING).all():  # more than the whole is held: the sum over all ways has no end
        total = np.full(len(ids), np.nan)
    table = pd.DataFrame({"owner_id": ids, "direct": mine, "share": np.clip(total, 0.0, 1.0)})
    table = table[((table["share"] > 0) | (table["direct"] > 0)) & (table["owner_id"] != entity_id)]
    order = ["share", "direct", "owner_id"]
    return table.sort_values(order, ascending=[False, False, True], ignore_index=True)[COLUMNS]


def _valid(ownership: pd.DataFrame, as_of: date) -> np.ndarray:
    day = pd.Timestamp(as_of)
    begun = ownership["valid_from"].isna() | (ownership["valid_from"] <= day)
    lasting = ownership["valid_to"].isna() | (ownership["valid_to"] >= day)
    return np.asarray(begun & lasting)
