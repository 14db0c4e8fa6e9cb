"""Labelled questions: does a name of ours mean a listed entity, given all other names that its list gives it?

Positives: an alias of an entity, against the entity's other names (the alias taken out). Hard negatives: the same
alias against the names of another entity, the closest by words that few entities have. Organisations only, three
aliases an entity at most, so that no entity with fifty spellings decides. A question is in the part that tunes or in
the part that is reported by the hash of its entity. From the lists at hand, or made from a seed.
"""

import csv
import hashlib
import os
import random
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz

REFERENCE = (
    Path(os.environ.get("RISK_GRAPH_REFERENCE", Path(__file__).parents[2] / "shared" / "reference"))
    / "sanctions"
)


@dataclass(frozen=True)
class Question:
    """`theirs` are the names of one entity."""

    ours: str
    theirs: tuple[str, ...]
    same: bool
    held_out: bool


def names_by_entity(folder: Path = REFERENCE) -> dict[str, list[str]]:
    """Names of organisations of the lists at hand, by list and entry."""
    found: dict[str, list[str]] = defaultdict(list)
    if not (folder / "ofac_sdn_2021.csv").exists():
        return found
    for row in _rows(folder / "ofac_sdn_2021.csv"):
        if row["sdn_type"].strip() == "-0-":
            found[f"ofac {row['ent_num']}"].append(row["sdn_name"])
    for row in _rows(folder / "ofac_alt_2021.csv"):
        if f"ofac {row['ent_num']}" in found:
            found[f"ofac {row['ent_num']}"].append(row["alt_name"])
    for entity in ET.parse(folder / "un_sc_consolidated_2026-02-27.xml").iter("ENTITY"):
        names = [entity.findtext("FIRST_NAME"), entity.findtext("NAME_ORIGINAL_SCRIPT")]
        names += [alias.text for alias in entity.iter("ALIAS_NAME")]
        found[f"un {entity.findtext('DATAID')}"] = [n for n in dict.fromkeys(names) if n]
    for row in _rows(folder / "uflpa_partial_12_of_144.csv"):
        aliases = [a.strip() for a in row["aliases"].split(";") if a.strip() and "removed" not in a]
        found[f"uflpa {row['entity']}"] = [row["entity"], *aliases]
    return found


def all_names(folder: Path = REFERENCE) -> list[tuple[str, str]]:
    """(entity, name) of everybody on the lists at hand, persons too: what blocking has to cope with."""
    if not (folder / "ofac_sdn_2021.csv").exists():
        return []
    main = [(row["ent_num"], row["sdn_name"]) for row in _rows(folder / "ofac_sdn_2021.csv")]
    return main + [(row["ent_num"], row["alt_name"]) for row in _rows(folder / "ofac_alt_2021.csv")]


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


def labelled(entities: dict[str, list[str]], most: int = 3) -> list[Question]:
    """For each of up to `most` names of an entity: its own entity, and the closest other one."""
    where: dict[str, set[str]] = defaultdict(set)
    for entity, names in entities.items():
        for word in set(" ".join(names).lower().split()):
            where[word].add(entity)
    found = []
    for entity, names in sorted(entities.items()):
        distinct = sorted(dict.fromkeys(n.strip() for n in names))
        for ours in sorted(distinct, key=_hash)[:most]:
            rest = tuple(n for n in distinct if n != ours)
            if rest:
                found.append(Question(ours, rest, True, _held_out(entity)))
            other = _closest(ours, entity, entities, where)
            if other:
                found.append(Question(ours, tuple(entities[other]), False, _held_out(entity)))
    return found


def _closest(ours: str, entity: str, entities: dict[str, list[str]], where: dict[str, set[str]]) -> str:
    """The other entity whose names are closest, of those that share a word and no whole name."""
    near = {e for w in ours.lower().split() if len(where[w]) <= 60 for e in where[w]} - {entity}
    own = {_letters(n) for n in entities[entity]}
    apart = [e for e in sorted(near) if not own & {_letters(n) for n in entities[e]}]  # else listed twice
    return max(apart, key=lambda e: max(fuzz.token_sort_ratio(ours, n) for n in entities[e]), default="")


def _letters(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _held_out(entity: str) -> bool:
    return _hash(entity)[0] % 2 == 0


WORDS = {
    "place": "Henan Shandong Guinea Boke Ural Siberia Para Orissa Jharkhand Odisha Yunnan Guangxi Tabuk Sohar Ewarton",
    "trade": "Aluminium Metals Mining Alumina Smelting Industries Trading Bauxite Foundry Extrusions Rolling Shipping",
    "form": "Ltd|LLC|GmbH|S.A.|Co., Ltd.|PJSC|Ltda.|Inc.|Sdn Bhd|A.Ş.|OOO|Pvt Ltd",
}


def synthetic(count: int, seed: int = 1) -> dict[str, list[str]]:
    """Made-up companies with two or three spellings each."""
    rng = random.Random(seed)
    places, trades = WORDS["place"].split(), WORDS["trade"].split()
    forms = WORDS["form"].split("|")
    found = {}
    for i in range(count):
        own = _made_up(rng)
        base = [own, *rng.sample(places, rng.randint(0, 1)), *rng.sample(trades, rng.randint(1, 2))]
        names = [" ".join([*base, rng.choice(forms)])]
        names += [corrupted(names[0], rng, forms) for _ in range(rng.randint(1, 2))]
        found[f"synthetic {i}"] = list(dict.fromkeys(names))
        if i % 2:
            found[f"sister {i}"] = [_sister(base, rng, places, trades, forms)]
    return found


def _sister(
    base: list[str], rng: random.Random, places: list[str], trades: list[str], forms: list[str]
) -> str:
    """Another company that is easily taken for the first: of its group, or a few letters away."""
    kind = rng.randrange(3)
    if kind == 0:
        return " ".join([base[0], rng.choice(places), *base[1:], rng.choice(forms)])
    if kind == 1:
        return " ".join([base[0], *rng.sample(trades, 2), rng.choice(forms)])
    other = base[0][: len(base[0]) // 2] + _made_up(rng).lower()[:3]
    return " ".join([other, *base[1:], rng.choice(forms)])


def _made_up(rng: random.Random) -> str:
    parts = [
        "ba",
        "be",
        "bo",
        "da",
        "de",
        "do",
        "fa",
        "fi",
        "ga",
        "go",
        "ha",
        "hu",
        "ja",
        "ka",
        "ki",
        "ko",
        "la",
        "le",
        "lo",
        "ma",
        "me",
        "mi",
        "na",
        "ne",
        "no",
        "pa",
        "ra",
        "re",
        "ri",
        "sa",
        "so",
        "ta",
        "te",
        "ti",
        "va",
        "vo",
        "xi",
        "ya",
        "za",
        "zo",
    ]
    return "".join(rng.choice(parts) for _ in range(rng.randint(3, 5))).capitalize() + rng.choice(
        ["", "n", "r", "s", "l"]
    )


_CYRILLIC = dict(zip("abdefgiklmnoprstuvz", "абдефгиклмнопрстувз", strict=True))


def corrupted(name: str, rng: random.Random, forms: list[str]) -> str:
    """The name as somebody else would write it: capitals, a typing error, another order, form or script."""
    kind = rng.randrange(8)
    words = name.split()
    if kind == 0:
        return name.upper()
    if kind == 1:
        at = rng.randrange(len(words[0]))
        return " ".join([words[0][:at] + words[0][at + 1 :], *words[1:]])
    if kind == 2:
        return " ".join([*words[1:-1], words[0], words[-1]])
    if kind == 3:
        return " ".join(words[:-1])
    if kind == 4:
        return name.replace("Aluminium", "Aluminum").replace("Industries", "Ind.").replace("Trading", "Trdg")
    if kind == 5:
        return "".join(_CYRILLIC.get(c, c) for c in words[0].lower()).capitalize() + " " + " ".join(words[1:])
    if kind == 6:
        return name.replace(" ", "-", 1)
    at = rng.randrange(1, len(words[0]))
    return " ".join([words[0][:at] + rng.choice("aeioy") + words[0][at:], *words[1:]])
