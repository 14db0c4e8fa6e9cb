"""Everybody of ours against one list: the entries that match or may match, best first."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from risk_graph.layers.entity.blocking import Index
from risk_graph.layers.entity.identifiers import keys
from risk_graph.layers.entity.judge import CANDIDATE, NO_MATCH, Party, Verdict, judge, single
from risk_graph.layers.entity.watchlist import Watchlist

Pair = tuple[int, int]
"""Position of one of ours, position of an entry."""


def screen(
    parties: Sequence[Party],
    listed: Watchlist,
    asked: Collection[tuple[str, str]] = frozenset(),
    ruled_out: Collection[tuple[str, str]] = frozenset(),
) -> Iterator[tuple[Party, Verdict]]:
    """The verdicts that are a match or possible, in the order of `parties`; each entry once, by its closest name.

    `asked` are (party id, entry id) of which the verdict is given whatever it is: somebody decided about them. Those
    `ruled_out` among them are no candidates, and keep no other entry from being the single one.
    """
    best = _best(parties, listed, _asked(parties, listed, asked))
    for at in sorted(best):
        verdicts = list(best[at].values())
        apart = [v for v in verdicts if (parties[at].id, v.entry.id) in ruled_out]
        verdicts = apart + single([v for v in verdicts if v not in apart])
        for verdict in sorted(verdicts, key=lambda v: (*(-x for x in v.rank), v.entry.id)):
            if verdict.outcome != NO_MATCH or (parties[at].id, verdict.entry.id) in asked:
                yield parties[at], verdict


def _best(parties: Sequence[Party], listed: Watchlist, more: set[Pair]) -> dict[int, dict[int, Verdict]]:
    found: dict[int, dict[int, Verdict]] = defaultdict(dict)

    def consider(at: int, name: int, whatever: bool) -> None:
        theirs = listed.names[name]
        verdict = judge(parties[at], listed.entries[theirs.entry], theirs)
        if verdict.outcome == NO_MATCH and not whatever:
            return  # most candidates: not kept, for they would fill the memory
        before = found[at].get(theirs.entry)
        if before is None or verdict.rank > before.rank:
            found[at][theirs.entry] = verdict

    ours, theirs = Index([n.name for n in listed.names], CANDIDATE).candidates([p.name for p in parties])
    for at, name in zip(ours.tolist(), theirs.tolist(), strict=True):
        consider(at, name, whatever=False)
    for at, entry in sorted(more):
        for name in listed.positions_of(entry):
            consider(at, name, whatever=True)
    return found


def _asked(parties: Sequence[Party], listed: Watchlist, asked: Collection[tuple[str, str]]) -> set[Pair]:
    """Pairs to be looked at whatever their names are: those that share an identifier, those somebody decided about."""
    by_key: dict[str, list[int]] = defaultdict(list)
    for at, entry in enumerate(listed.entries):
        for key in keys(entry.identifiers):
            by_key[key].append(at)
    pairs = {
        (at, e)
        for at, party in enumerate(parties)
        for key in keys(party.identifiers)
        for e in by_key.get(key, ())
    }
    wanted: dict[str, list[str]] = defaultdict(list)
    for party_id, entry_id in asked:
        wanted[party_id].append(entry_id)
    for at, party in enumerate(parties):
        pairs |= {(at, listed.position[e]) for e in wanted.get(party.id, ()) if e in listed.position}
    return pairs
