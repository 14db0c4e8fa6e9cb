"""A metal chain as data: stages, materials and which may go where (`data/chains/*.toml`)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from risk_graph import data_dir
from risk_graph.errors import ChainError

PRODUCT = "product"
"""Stands for any product in a chain's flow rules."""

Range = tuple[float, float, float]
_NO_LOSS: Range = (1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Stage:
    """`yield_` is contained metal out per contained metal in: low, nominal, high, each in (0, 1]. `essential` are the
    materials without which it stops; None: the chain file does not say.
    """

    id: str
    title: str
    is_origin: bool
    yield_: Range
    source: str
    verified: bool
    essential: frozenset[str] | None = None


@dataclass(frozen=True)
class Material:
    """`content` is t metal per t material: low, nominal, high, each in (0, 1]."""

    id: str
    title: str
    content: Range
    hs: tuple[str, ...]
    source: str
    verified: bool


@dataclass(frozen=True)
class Chain:
    """Stages and materials in the file's order; `allowed` holds (from stage, to stage or PRODUCT, material)."""

    id: str
    title: str
    metal: str
    stages: Mapping[str, Stage]
    materials: Mapping[str, Material]
    allowed: frozenset[tuple[str, str, str]]
    text: str
    """The file itself, so that what was loaded can be kept with the results."""

    @property
    def unverified(self) -> list[str]:
        """Yields and metal contents that are a working assumption, in words; trivial yields of 1 are none."""
        stages = [s for s in self.stages.values() if not s.verified and s.yield_ != _NO_LOSS]
        materials = [m for m in self.materials.values() if not m.verified and m.content != _NO_LOSS]
        return [f"yield of {s.title}" for s in stages] + [f"metal content of {m.title}" for m in materials]

    def is_essential(self, material: str, stage: str) -> bool:
        """Whether a stage (or a product, or a site without one) stops without a material: so where nobody says other."""
        declared = self.stages[stage].essential if stage in self.stages else None
        return declared is None or material in declared


def load_chain(name: str, project: Path | None = None) -> Chain:
    """The chain that ships under `name`, or the chain file at that path relative to `project`.

    Raises ChainError saying what is wrong with the file and what to do.
    """
    shipped = data_dir() / "chains" / f"{name}.toml"
    own = (project or Path()) / name
    path = own if own.suffix == ".toml" else shipped
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        known = ", ".join(sorted(p.stem for p in (data_dir() / "chains").glob("*.toml")))
        raise ChainError(
            f"The chain {name!r} cannot be read. Name one that ships ({known}) or the path of a chain file."
        ) from error
    return parse_chain(text, path.name)


def parse_chain(text: str, file: str = "chain file") -> Chain:
    """Raises ChainError if the text is no chain: missing keys, numbers out of range, rules about unknown ids."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ChainError(f"{file} is not valid TOML: {error}.") from error
    for key in ("id", "title", "metal", "stages", "materials", "flows"):
        if key not in raw:
            raise ChainError(f"{file} has no {key!r}. See docs/chains.md for what a chain file holds.")
    stages = {k: _stage(k, v, file) for k, v in _tables(raw, "stages", file).items()}
    materials = {k: _material(k, v, file) for k, v in _tables(raw, "materials", file).items()}
    if not (isinstance(raw["flows"], list) and all(isinstance(rule, dict) for rule in raw["flows"])):
        raise ChainError(f"{file}: flows are written as [[flows]], each with from, to and materials.")
    for id_, stage in stages.items():
        if unknown := sorted((stage.essential or frozenset()) - set(materials)):
            raise ChainError(f"{file}: essential of stage {id_!r} names materials not known: {unknown}.")
    allowed = frozenset(
        (source, target, material)
        for rule in raw["flows"]
        for source, target, material in _expand(rule, stages, materials, file)
    )
    return Chain(str(raw["id"]), str(raw["title"]), str(raw["metal"]), stages, materials, allowed, text)


def _tables(raw: Mapping[str, Any], key: str, file: str) -> Mapping[str, Mapping[str, Any]]:
    found = raw[key]
    if not (isinstance(found, dict) and all(isinstance(value, dict) for value in found.values())):
        raise ChainError(f"{file}: {key} are written as one table each: [{key}.some_id].")
    return found


def _range(where: str, value: Any) -> Range:
    if not (isinstance(value, list) and len(value) == 3 and all(isinstance(v, (int, float)) for v in value)):
        raise ChainError(f"{where} must be three numbers: low, nominal, high.")
    low, nominal, high = (float(v) for v in value)
    if not 0 < low <= nominal <= high <= 1:
        raise ChainError(f"{where} must satisfy 0 < low <= nominal <= high <= 1, not {value}.")
    return (low, nominal, high)


def _backing(raw: Mapping[str, Any]) -> tuple[str, bool]:
    """Source, and whether it was verified: silence means that it was not."""
    return str(raw.get("source", "")), bool(raw.get("verified", False))


def _stage(id_: str, raw: Any, file: str) -> Stage:
    kind = raw.get("kind")
    if kind not in ("process", "origin"):
        raise ChainError(f'{file}: stage {id_!r} needs kind = "origin" or "process".')
    misspelt = [key for key in get_close_matches("yield", raw, cutoff=0.75) if key != "yield"]
    if misspelt:  # the default would stand for it, and no loss is the best of all yields
        raise ChainError(f"{file}: stage {id_!r} has {misspelt[0]!r}; is yield meant?")
    yield_ = _range(f"{file}: yield of stage {id_!r}", raw.get("yield", [1, 1, 1]))
    essential = raw.get("essential")
    if essential is not None and not (
        isinstance(essential, list) and all(isinstance(material, str) for material in essential)
    ):
        raise ChainError(f"{file}: essential of stage {id_!r} must be a list of ids of materials.")
    needed = None if essential is None else frozenset(essential)
    return Stage(id_, str(raw.get("title", id_)), kind == "origin", yield_, *_backing(raw), needed)


def _material(id_: str, raw: Any, file: str) -> Material:
    content = _range(f"{file}: content of material {id_!r}", raw.get("content"))
    codes = raw.get("hs", [])
    hs = tuple(str(code) for code in (codes if isinstance(codes, list) else [codes]))
    return Material(id_, str(raw.get("title", id_)), content, hs, *_backing(raw))


def _expand(
    rule: Mapping[str, list[str]], stages: Mapping[str, Stage], materials: Mapping[str, Material], file: str
) -> list[tuple[str, str, str]]:
    ends = {"from": set(stages), "to": {*stages, PRODUCT}, "materials": set(materials)}
    for key, known in ends.items():
        given = rule.get(key, [])
        if not (isinstance(given, list) and all(isinstance(id_, str) for id_ in given)):
            raise ChainError(
                f'{file}: {key!r} of a [[flows]] rule must be a list of ids, e.g. ["{min(known)}"].'
            )
        unknown = sorted(set(rule.get(key, [])) - known)
        if unknown or not rule.get(key):
            raise ChainError(
                f"{file}: a [[flows]] rule needs {key!r} with declared ids; not known: {unknown}."
            )
    return [(s, t, m) for s in rule["from"] for t in rule["to"] for m in rule["materials"]]
