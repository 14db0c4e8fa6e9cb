"""Who owns an entity in the end: look-through shares, derived from the direct ones and never stored."""

from collections.abc import Iterable
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
    ids, direct = _direct(ownership, as_of, entity_id)
    # Only who owns the entity: what others hold of each other, in a circle even, does not matter here.
    above = np.sort(csgraph.breadth_first_order(direct.T, ids.get_loc(entity_id), return_predecessors=False))
    ids, direct = ids[above], direct[above][:, above]
    mine = direct[:, [ids.get_loc(entity_id)]].toarray()[:, 0]
    total = _look_through(direct, mine)
    table = pd.DataFrame({"owner_id": ids, "direct": mine, "share": np.clip(total, 0.0, 1.0)})
    table = table[((table["share"] > 0) | (table["direct"] > 0)) & (table["owner_id"] != entity_id)]
    order = ["share", "direct", "owner_id"]
    return table.sort_values(order, ascending=[False, False, True], ignore_index=True)[COLUMNS]


def owned_by(ownership: pd.DataFrame, owner_id: str, as_of: date) -> pd.DataFrame:
    """owned_id, share: everything the owner has a share in on that day, to any depth, in the order of ids.

    The look-through share (0..1) is that of `owners_of`, NaN where it cannot be told. The owner itself is left out.
    """
    ids, direct = _direct(ownership, as_of, owner_id)
    below = np.sort(csgraph.breadth_first_order(direct, ids.get_loc(owner_id), return_predecessors=False))
    ids, held = ids[below], direct[below][:, below].T.tocsr()
    share = _look_through(held, held[:, [ids.get_loc(owner_id)]].toarray()[:, 0])
    table = pd.DataFrame({"owned_id": ids, "share": np.clip(share, 0.0, 1.0)})
    return table[(table["owned_id"] != owner_id) & (table["share"] != 0)].reset_index(drop=True)


def owners_above(ownership: pd.DataFrame, ids: Iterable[str], as_of: date) -> set[str]:
    """Everybody with a share in any of `ids` on that day, to any depth, without `ids` themselves."""
    rows = ownership[_valid(ownership, as_of)]
    above = rows.groupby("owned_id")["owner_id"].agg(set).to_dict()
    found = set(ids)
    ours, todo = frozenset(found), list(found)
    while todo:
        new = above.get(todo.pop(), set()) - found
        found |= new
        todo += new
    return found - ours


def _look_through(direct: sparse.csr_array, first: np.ndarray) -> np.ndarray:
    """Solves x = direct x + first; NaN if the sum over all ways has no end."""
    try:
        total = splu(sparse.csc_array(sparse.eye_array(len(first)) - direct)).solve(first)
    except RuntimeError:  # exactly singular: the circle owns itself wholly
        return np.full(len(first), np.nan)
    if not (total >= first - _ROUNDING).all():  # more than the whole is held
        return np.full(len(first), np.nan)
    return np.asarray(total)


def _direct(ownership: pd.DataFrame, as_of: date, entity_id: str) -> tuple[pd.Index, sparse.csr_array]:
    """Everybody who owns or is owned on that day, and the direct shares: row = owner, column = owned."""
    rows = ownership[_valid(ownership, as_of)]
    ids = pd.Index(sorted({*rows["owner_id"], *rows["owned_id"], entity_id}))
    owner, owned = ids.get_indexer(rows["owner_id"]), ids.get_indexer(rows["owned_id"])
    shape = (len(ids), len(ids))
    return ids, sparse.coo_array((rows["share"].to_numpy(), (owner, owned)), shape=shape).tocsr()


def _valid(ownership: pd.DataFrame, as_of: date) -> np.ndarray:
    day = pd.Timestamp(as_of)
    begun = ownership["valid_from"].isna() | (ownership["valid_from"] <= day)
    lasting = ownership["valid_to"].isna() | (ownership["valid_to"] >= day)
    return np.asarray(begun & lasting)
