"""Reads a scorer from its file and refuses one that is wrong, saying what and where."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from math import isclose, isfinite
from pathlib import Path
from typing import Any, get_args

from risk_graph import data_dir
from risk_graph.assess.goalposts import WORST
from risk_graph.assess.reader import Curve, Signal, readers
from risk_graph.assess.scorer import NEVER_LOWERED, OVERALL, Correction, Scorer, Standard, Theme
from risk_graph.errors import ScorerError
from risk_graph.layers.layer import Layer

_TOP = {"id", "version", "title", "source", "verified", "themes", "standards", "corrective_action"}
_THEME = {"id", "title", "weight", "signals"}
_SIGNAL = {
    "kind", "layer", "weight", "goalposts", "direction", "curve", "spread", "max_age_years", "widen_per_year", "source",
}  # fmt: skip
_STANDARD = {"standard", "versions", "levels", "activities", "lowers", "source", "verified"}
_LOWERS = {"points", "floor"}
_DIRECTIONS = ("higher is better", "higher is worse")


@cache
def scorers() -> dict[str, Scorer]:
    """All scorers that ship, by id."""
    return {path.stem: load_scorer(path.stem) for path in sorted((data_dir() / "scorers").glob("*.toml"))}


def load_scorer(name: str, project: Path | None = None) -> Scorer:
    """The scorer that ships under `name`, or the scorer file at that path relative to `project`.

    Raises ScorerError saying what is wrong with the file and what to do.
    """
    own = (project or Path()) / name
    path = own if own.suffix == ".toml" else data_dir() / "scorers" / f"{name}.toml"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        known = ", ".join(sorted(p.stem for p in (data_dir() / "scorers").glob("*.toml")))
        raise ScorerError(
            f"There is no scorer {name!r} that can be read. Name one that ships ({known}) or the path of a scorer file."
        ) from error
    scorer = parse_scorer(text, path.name)
    if path != own and scorer.id != name:
        raise ScorerError(f"{path.name}: id is {scorer.id!r}. Give it the file's name, {name!r}.")
    return scorer


def parse_scorer(text: str, file: str = "scorer file") -> Scorer:
    """Raises ScorerError if the text is no scorer (docs/scores.md says what one holds)."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScorerError(f"{file} is not valid TOML: {error}.") from error
    _check_keys(file, raw, _TOP)
    themes = tuple(_theme(file, part) for part in _tables(file, raw, "themes"))
    scorer = Scorer(
        id=_text(file, raw, "id"),
        version=_text(file, raw, "version"),
        title=_text(file, raw, "title"),
        source=_text(file, raw, "source"),
        verified=_flag(file, raw, "verified"),
        themes=themes,
        standards=tuple(_standard(file, part, themes) for part in _tables(file, raw, "standards", ())),
        correction=_correction(file, raw),
        text=text,
    )
    ids = [theme.id for theme in themes]
    if len({*ids, OVERALL}) != len(ids) + 1:
        raise ScorerError(f"{file}: the themes need ids of their own, none {OVERALL!r}.")
    total = sum(theme.weight for theme in themes)
    if not isclose(total, 1.0, abs_tol=1e-9):
        raise ScorerError(f"{file}: the weights of the themes sum to {total:g}. They must sum to 1.")
    return scorer


def check_layers(scorer: Scorer, layers: Mapping[str, Layer]) -> None:
    """ScorerError if a layer at hand is of another kind than the scorer reads it as, or runs the other way."""
    for theme in scorer.themes:
        for signal in (s for s in theme.signals if s.layer in layers):
            layer, wanted = layers[signal.layer], readers()[signal.kind].layer_kind
            where = f"The scorer {scorer.label}, theme {theme.id}"
            if layer.kind != wanted:
                raise ScorerError(
                    f"{where}, reads {layer.id} as {signal.kind}, but it is a layer of the kind {layer.kind}. Correct `kind`."
                )
            rising = signal.goalposts[1] > signal.goalposts[0]
            if layer.kind == "country_value" and rising != (layer.direction == "higher is worse"):
                raise ScorerError(
                    f"{where}: of {layer.id} {layer.direction}, its goalposts say otherwise. Exchange them."
                )


def _theme(file: str, raw: Mapping[str, Any]) -> Theme:
    where = f"{file}, theme {raw.get('id', '?')}"
    _check_keys(where, raw, _THEME)
    signals = tuple(_signal(where, part) for part in _tables(where, raw, "signals"))
    theme = Theme(
        id=_text(where, raw, "id"),
        title=_text(where, raw, "title"),
        weight=_number(where, raw, "weight", 0.0, 1.0),
        signals=signals,
    )
    layers = [signal.layer for signal in signals]
    if not signals or len(set(layers)) != len(layers):
        raise ScorerError(f"{where}: it needs at least one signal, each of another layer.")
    if theme.is_of_flows and len(signals) > 1:
        raise ScorerError(
            f"{where}: unknown_origin is no risk of a place. Make it the only signal of a theme."
        )
    if theme.cap > 1 + 1e-9:
        raise ScorerError(
            f"{where}: the weights of its signals sum to {theme.cap:g}. They may sum to at most 1 (which is the most "
            "that they say together)."
        )
    return theme


def _signal(where: str, raw: Mapping[str, Any]) -> Signal:
    _check_keys(where, raw, _SIGNAL)
    kind = _text(where, raw, "kind")
    if kind not in readers():
        raise ScorerError(f"{where}: kind is {kind!r}. Choose one of {', '.join(readers())}.")
    reader = readers()[kind]
    if bool(reader.layer_kind) != bool(raw.get("layer")):
        raise ScorerError(
            f"{where}: a signal of kind {kind} {'needs a' if reader.layer_kind else 'has no'} layer."
        )
    weight = None if "weight" not in raw else _number(where, raw, "weight", 0.0, 1.0)
    max_age = None if "max_age_years" not in raw else _number(where, raw, "max_age_years", 0.0, 1000.0)
    where = f"{where}, layer {raw.get('layer', '')}" if raw.get("layer") else where
    if weight == 0:
        raise ScorerError(f"{where}: a weight of 0 says nothing. Leave the signal out.")
    curve = raw.get("curve", "linear")
    if curve not in get_args(Curve):
        raise ScorerError(f"{where}: curve is {curve!r}. Choose one of {', '.join(get_args(Curve))}.")
    return Signal(
        kind=kind,
        layer=str(raw.get("layer", "")),
        goalposts=_goalposts(where, raw, reader.has_goalposts, curve),
        curve=curve,
        spread=_number(where, raw, "spread", 0.0, WORST, WORST),
        weight=weight,
        max_age_years=max_age,
        widen_per_year=_number(where, raw, "widen_per_year", 0.0, WORST, 10.0),
        source=str(raw.get("source", "")),
    )


def _goalposts(where: str, raw: Mapping[str, Any], needed: bool, curve: str) -> tuple[float, float]:
    if not needed:
        if {"goalposts", "direction", "curve", "spread"} & set(raw):
            raise ScorerError(
                f"{where}: a {raw['kind']} has no goalposts, direction, curve or spread. Take them out."
            )
        return 0.0, WORST
    match raw.get("goalposts"):
        case [int() | float() as best, int() | float() as worst] if (
            best != worst and isfinite(best) and isfinite(worst) and True not in (best is True, worst is True)
        ):
            pass
        case other:
            raise ScorerError(
                f"{where}: goalposts are {other!r}. Give the two values of risk 0 and of risk 100."
            )
    said = raw.get("direction")
    if said not in _DIRECTIONS:
        raise ScorerError(f"{where}: direction is {said!r}. Choose one of {', '.join(_DIRECTIONS)}.")
    if (worst > best) != (said == "higher is worse"):
        raise ScorerError(
            f"{where}: {said}, but risk 0 is at {best:g} and risk 100 at {worst:g}. Exchange them."
        )
    if curve == "log" and min(best, worst) < 0:
        raise ScorerError(f"{where}: curve log is for counts; goalposts must not be negative.")
    return float(best), float(worst)


def _standard(file: str, raw: Mapping[str, Any], themes: Iterable[Theme]) -> Standard:
    where = f"{file}, standard {raw.get('standard', '?')}"
    _check_keys(where, raw, _STANDARD)
    lowers = {}
    for theme, part in _table(where, raw, "lowers").items():
        if theme not in {t.id for t in themes}:
            raise ScorerError(f"{where}: lowers names {theme}, which is no theme of this scorer.")
        if theme in NEVER_LOWERED:
            raise ScorerError(f"{where}: no certificate lowers {theme}. Take it out.")
        _check_keys(f"{where}, {theme}", part if isinstance(part, dict) else {}, _LOWERS)
        if not isinstance(part, dict):
            raise ScorerError(f"{where}: {theme} is written as {{ points = 10, floor = 20 }}.")
        lowers[theme] = tuple(
            _number(f"{where}, {theme}", part, key, 0.0, WORST) for key in ("points", "floor")
        )
    levels = _table(where, raw, "levels")
    activities = _table(where, raw, "activities")
    return Standard(
        standard=_text(where, raw, "standard"),
        versions=frozenset(_words(where, raw.get("versions", []), "versions")),
        levels={k.casefold(): _number(where, levels, k, 0.0, 1.0) for k in levels},
        activities={k.casefold(): frozenset(_words(where, v, k)) for k, v in activities.items()},
        lowers={theme: (points, floor) for theme, (points, floor) in lowers.items()},
        verified=_flag(where, raw, "verified"),
        source=_text(where, raw, "source"),
    )


def _correction(file: str, raw: Mapping[str, Any]) -> Correction | None:
    if "corrective_action" not in raw:
        return None
    part, where = _table(file, raw, "corrective_action"), f"{file}, corrective_action"
    _check_keys(where, part, {"points", "floor", "years"})
    return Correction(
        points=_number(where, part, "points", 0.0, WORST),
        floor=_number(where, part, "floor", 0.0, WORST),
        years=_number(where, part, "years", 0.0, WORST),
    )


def _check_keys(where: str, raw: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(set(raw) - known)
    if unknown:
        raise ScorerError(f"{where}: unknown key {', '.join(unknown)}. Known are {', '.join(sorted(known))}.")


def _tables(where: str, raw: Mapping[str, Any], key: str, default: Any = None) -> list[dict[str, Any]]:
    found = raw.get(key, default)
    if not isinstance(found, list | tuple) or not all(isinstance(part, dict) for part in found):
        raise ScorerError(f"{where}: {key} are missing or not written as [[{key}]].")
    return list(found)


def _table(where: str, raw: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = raw.get(key, {})
    if not isinstance(found, dict):
        raise ScorerError(f"{where}: {key} is written as a table.")
    return found


def _words(where: str, found: Any, key: str) -> list[str]:
    if not isinstance(found, list) or not all(isinstance(word, str) for word in found):
        raise ScorerError(f'{where}: {key} is a list of words, as ["V2", "V3"].')
    return found


def _text(where: str, raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ScorerError(f"{where}: {key} is missing or no text. Say it, in quotes.")
    return value


def _flag(where: str, raw: Mapping[str, Any], key: str) -> bool:
    value = raw.get(key)
    if not isinstance(value, bool):
        raise ScorerError(f"{where}: {key} is missing. Write true or false, without quotes.")
    return value


def _number(
    where: str, raw: Mapping[str, Any], key: str, low: float, high: float, default: float | None = None
) -> float:
    value = raw.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ScorerError(f"{where}: {key} is {value!r}. Give a number from {low:g} to {high:g}.")
    return float(value)
