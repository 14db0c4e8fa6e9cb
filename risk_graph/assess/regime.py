"""What a regime is: a law or guidance as data, the rules that it sets with their parameters, and whom it binds when.

A file says in our own words where a rule stands; it holds no legal text (data/regimes, docs/regimes.md).
"""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from risk_graph import data_dir
from risk_graph.errors import RegimeError

CRITERIA = ("severity", "likelihood", "influence", "contribution")
"""What an ordering may look at, in the order in which it does."""

_TEXT = ("id", "title", "version", "text", "article")
_KNOWN = {*_TEXT, "note", "verified", "effective_from", "effective_to", "applies", "order", "rules"}
_PARTS = {"applies": {"metals", "reason"}, "order": {"criteria", "orderings"}}
ELEMENTS = frozenset((
    "Li", "Be", "B", "Mg", "Al", "Si", "P", "S", "Ti", "V", "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn",
    "Ga", "Ge", "As", "Se", "Zr", "Nb", "Mo", "Ru", "Rh", "Pd", "Ag", "Cd", "In", "Sn", "Sb", "Te",
    "Ta", "W", "Re", "Os", "Ir", "Pt", "Au", "Hg", "Tl", "Pb", "Bi", "U",
))  # fmt: skip
"""Metals that a chain may name; of another nobody can say whether a regime's list holds it."""


@dataclass(frozen=True)
class Regime:
    """`text` and `article` say where it stands; `verified`: we read the primary text. `metals` are the symbols that it
    is about, or None for every one, for the `reason` given. `criteria` may order (a part of CRITERIA, empty: it orders
    nothing), in the named `orderings`. `rules` are the rules' parameters by rule id. `sha256` is of the file.
    """

    id: str
    title: str
    version: str
    text: str
    article: str
    note: str
    verified: bool
    effective_from: date | None
    effective_to: date | None
    metals: tuple[str, ...] | None
    reason: str
    criteria: tuple[str, ...]
    orderings: tuple[str, ...]
    rules: Mapping[str, Mapping[str, Any]]
    sha256: str
    toml: str
    """The file itself, so that it can be kept with a run."""

    @property
    def label(self) -> str:
        return f"{self.id} {self.version}"

    def binds(self, metal: str) -> bool | None:
        """Whether it is about the metal; None if nobody can say which metal that is."""
        if self.metals is None or metal in self.metals:
            return True
        return False if metal in ELEMENTS else None

    def state(self, metal: str, as_of: date) -> tuple[str, str]:
        """A word and a sentence: in force, not yet in force, no longer in force, or not applicable."""
        if self.binds(metal) is False:
            return "not applicable", f"Not applicable to {metal}, because {self.reason}"
        if self.effective_from is not None and as_of < self.effective_from:
            return (
                "not yet in force",
                f"It applies from {self.effective_from}; as of {as_of} it does not yet.",
            )
        if self.effective_to is not None and as_of > self.effective_to:
            return "no longer in force", f"It applied until {self.effective_to}."
        since = f" since {self.effective_from}" if self.effective_from else ""
        return "in force", f"It applies{since}: {self.reason}"


@cache
def shipped() -> Mapping[str, Regime]:
    """Every regime that ships, by id."""
    found = [read_regime(path) for path in sorted((data_dir() / "regimes").glob("*.toml"))]
    return {regime.id: regime for regime in found}


def chosen(names: Iterable[str] | None, folder: Path) -> tuple[Regime, ...]:
    """The named regimes: an id of one that ships, or the path of a file relative to `folder`; all that ship if None.

    Raises RegimeError for one that is not there, and for a rule or id that two of them claim.
    """
    at_hand = shipped()
    found = [_named(name, at_hand, folder) for name in (at_hand if names is None else names)]
    owner: dict[str, str] = {}
    for regime in found:
        for claimed in (regime.id, *regime.rules, *regime.orderings):
            if claimed in owner:
                raise RegimeError(
                    f"{claimed} stands in two of the chosen regimes, {owner[claimed]} and {regime.id}: "
                    "a rule has one set of parameters. Leave one of them out of [run] regimes."
                )
            owner[claimed] = regime.id
    return tuple(found)


def _named(name: str, at_hand: Mapping[str, Regime], folder: Path) -> Regime:
    if name.endswith(".toml"):
        return read_regime(folder / name)
    if name not in at_hand:
        raise RegimeError(
            f"There is no regime {name!r}. Those that ship are {', '.join(at_hand)}; a file of your own is named by its "
            "path, ending in .toml."
        )
    return at_hand[name]


def read_regime(path: Path) -> Regime:
    """Raises RegimeError saying what is wrong with the file and what to do."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RegimeError(f"The regime {path} cannot be read: it must be a UTF-8 text file.") from error
    return parse_regime(text, str(path))


def parse_regime(text: str, path: str) -> Regime:
    """A regime from the text of its file; `path` names it in a RegimeError."""
    try:
        raw: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RegimeError(f"{path} is not valid TOML: {error}.") from error
    _check(path, raw)
    applies, order = raw["applies"], raw.get("order", {})
    metals = applies["metals"]
    return Regime(
        **{key: raw[key] for key in _TEXT},
        note=raw.get("note", ""),
        verified=raw.get("verified", False),
        effective_from=raw.get("effective_from"),
        effective_to=raw.get("effective_to"),
        metals=None if metals == "all" else tuple(metals),
        reason=applies["reason"],
        criteria=tuple(order.get("criteria", ())),
        orderings=tuple(order.get("orderings", ())),
        rules=raw.get("rules", {}),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        toml=text,
    )


def _check(path: str, raw: Mapping[str, Any]) -> None:
    def wrong(what: str) -> RegimeError:
        return RegimeError(f"{path}: {what} See docs/regimes.md for what a regime's file holds.")

    for where, given, known in (("", raw, _KNOWN), *((k, raw.get(k, {}), v) for k, v in _PARTS.items())):
        if not isinstance(given, dict):
            raise wrong(f"[{where}] must be a table.")
        if unknown := sorted(set(given) - known):
            raise wrong(
                f"there is no key {unknown[0]!r} in {where or 'it'}; known: {', '.join(sorted(known))}."
            )
    for key in _TEXT:
        if not (isinstance(raw.get(key), str) and raw[key].strip()):
            raise wrong(f"{key} is missing or no text.")
    if not isinstance(raw.get("verified", False), bool):
        raise wrong("verified is true or false, without quotes.")
    for key in ("effective_from", "effective_to"):
        if key in raw and type(raw[key]) is not date:
            raise wrong(f"{key} is no day such as 2026-06-30, without quotes.")
    applies = raw.get("applies", {})
    metals = applies.get("metals")
    if metals != "all" and not (isinstance(metals, list) and all(isinstance(m, str) for m in metals)):
        raise wrong('[applies] metals is "all" or a list of symbols such as ["Sn", "Ta"].')
    if not (isinstance(applies.get("reason"), str) and applies["reason"].strip()):
        raise wrong("[applies] reason is missing: say why it is about these metals and no others.")
    criteria = raw.get("order", {}).get("criteria", [])
    if not isinstance(criteria, list) or [c for c in CRITERIA if c in criteria] != criteria:
        raise wrong(f"[order] criteria are some of {', '.join(CRITERIA)}, in this order.")
    rules = raw.get("rules", {})
    if not (isinstance(rules, dict) and all(isinstance(v, dict) for v in rules.values())):
        raise wrong("rules are written as one table each: [rules.SOME-ID].")
