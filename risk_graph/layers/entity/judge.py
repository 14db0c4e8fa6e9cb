"""The policy: when a name of ours and an entry of a list are a match, possibly one, or none.

The thresholds were set on half of the labelled pairs and never on the half that is reported (docs/screening.md).
A person may look at too much, never at too little: whatever speaks against a match makes it possible, not nothing, as long
as the names are close enough; another country asks for more.
"""

from dataclasses import dataclass

from risk_graph.layers.entity.compare import Closeness, compare, one_word
from risk_graph.layers.entity.identifiers import Compared, Identifier, compare_identifiers
from risk_graph.layers.entity.names import Name, weight
from risk_graph.layers.entity.watchlist import Entry, ListedName

MATCH, POSSIBLE, NO_MATCH = "match", "possible", "no_match"
AUTOMATIC = 0.95
"""Closeness from which a name alone is a match, if nothing speaks against it."""
CANDIDATE = 0.60
"""Closeness from which a person is asked if the countries agree; nothing less close is ever asked about."""
BARS = {"agrees": CANDIDATE, "unknown": 0.65, "differs": 0.70}
"""Closeness from which a person is asked, by what is known of the countries."""
_SHORT = 6
"""A shorter word in which a letter differs is another word, if it alone tells who somebody is."""
_LITTLE = 4
"""Letters of a word that has namesakes everywhere: in another country such a name is only asked about as a whole."""
_THINGS = ("vessel", "aircraft")


@dataclass(frozen=True)
class Party:
    """Somebody of ours who is looked for. An empty country is unknown."""

    id: str
    kind: str
    name: Name
    country: str
    identifiers: frozenset[Identifier] = frozenset()


@dataclass(frozen=True)
class Verdict:
    """`country`: agrees, differs or unknown. `against`: why it is not a match, a sentence each."""

    outcome: str
    entry: Entry
    theirs: ListedName
    closeness: Closeness
    country: str
    identifiers: Compared
    against: tuple[str, ...]

    @property
    def rank(self) -> tuple[bool, bool, float]:
        """The best verdict of an entry's names has the highest."""
        return (self.outcome == MATCH, self.outcome == POSSIBLE, self.closeness.value)


def judge(party: Party, entry: Entry, theirs: ListedName) -> Verdict:
    """What the policy says of one name of an entry. That it must be the only match of a list is `single`'s part."""
    closeness = compare(party.name, theirs.name)
    country = _country(party, entry)
    identifiers = compare_identifiers(party.identifiers, entry.identifiers, country == "agrees")
    if identifiers.certain:
        return Verdict(MATCH, entry, theirs, closeness, country, identifiers, ())
    against = tuple(_against(party, entry, theirs, closeness, country, identifiers))
    near = closeness.value >= BARS[country] and not _is_too_vague(party.name, theirs, closeness)
    near = near and not _is_another_word(closeness, country)
    outcome = POSSIBLE if against else MATCH
    if not near and identifiers.equal is None:
        outcome = NO_MATCH
    return Verdict(outcome, entry, theirs, closeness, country, identifiers, against)


def single(verdicts: list[Verdict]) -> list[Verdict]:
    """Of the verdicts about one party and list: matches by name become possible if there is more than one."""
    by_name = [v for v in verdicts if v.outcome == MATCH and not v.identifiers.certain]
    if len(by_name) < 2:
        return verdicts
    why = f"{len(by_name)} entries of the list are as close"
    return [
        Verdict(POSSIBLE, v.entry, v.theirs, v.closeness, v.country, v.identifiers, (*v.against, why))
        if v in by_name
        else v
        for v in verdicts
    ]


def _country(party: Party, entry: Entry) -> str:
    if not party.country or not entry.countries:
        return "unknown"
    return "agrees" if party.country in entry.countries else "differs"


def _is_too_vague(ours: Name, theirs: ListedName, closeness: Closeness) -> bool:
    """A weak alias, or a name that says little, is a candidate only as a whole."""
    weak = theirs.kind == "weak" or not ours.is_telling or not theirs.name.is_telling
    return weak and bool(closeness.only_ours or closeness.only_theirs)


def _is_another_word(closeness: Closeness, country: str) -> bool:
    """Whether one word alone tells who either is, and a letter of it differs: NALCO and KALCO are two companies.

    An equal country supports that it is one; where none is known, a long word does. Vowels alone are a matter of
    transliteration (Mahrous, Mahrus). What two names share beside that word (aluminium, trading) supports nothing.
    """
    telling = [(a, b) for a, b, _ in closeness.paired if max(weight(a), weight(b)) == 1]
    if country == "agrees" or closeness.value == 1 or len(telling) != 1:
        return False
    shortest = min(map(len, telling[0]))
    if one_word(*telling[0]):
        return country == "differs" and shortest <= _LITTLE
    return country == "differs" or (shortest < _SHORT and " " not in "".join(telling[0]))


def _against(
    party: Party, entry: Entry, theirs: ListedName, closeness: Closeness, country: str, identifiers: Compared
) -> list[str]:
    """Everything that keeps two names from being a match by themselves."""
    found = []
    if closeness.value < AUTOMATIC:
        found.append(f"closeness {closeness.value:.2f} is below {AUTOMATIC}")
    if closeness.only_ours or closeness.only_theirs:
        words = ", ".join([*closeness.only_ours, *closeness.only_theirs])
        found.append(f"one of them alone has the words: {words}")
    if theirs.kind == "weak":
        found.append("the list itself calls this alias weak")
    if not party.name.is_telling or not theirs.name.is_telling:
        found.append("the name is too short or too general to prove anything")
    if clash := _other_forms(party.name, theirs.name):
        found.append(f"the legal forms differ ({clash})")
    if country == "differs":
        found.append(f"the countries differ ({party.country}; {' '.join(sorted(entry.countries))})")
    if entry.kind in _THINGS:
        found.append(f"the entry is a {entry.kind}" if entry.kind == "vessel" else "the entry is an aircraft")
    if entry.kind == "person" and party.name.forms:
        found.append("the entry is a person, ours has a legal form")
    if identifiers.equal is not None:
        found.append(f"{identifiers.equal} is equal, but its country is not known to be")
    found += [f"the {kind} numbers differ" for kind in identifiers.differing]
    return found


def _other_forms(ours: Name, theirs: Name) -> str:
    """The legal forms, if both names have some and no pair of them can be one entity's."""
    if not ours.forms or not theirs.forms:
        return ""
    if all(any(a.agrees(b) for b in theirs.forms) for a in ours.forms) and all(
        any(a.agrees(b) for a in ours.forms) for b in theirs.forms
    ):
        return ""
    return f"{' '.join(ours.stripped)}; {' '.join(theirs.stripped)}"
