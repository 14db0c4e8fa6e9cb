"""A project on disk: its folder and its settings (`risk-graph.toml`)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from risk_graph.assess.regime import Regime, chosen
from risk_graph.assess.scorer import Scorer
from risk_graph.assess.scorer_file import load_scorer
from risk_graph.errors import ProjectError
from risk_graph.model.chain import Chain, load_chain
from risk_graph.model.graph import Period

SETTINGS_FILE = "risk-graph.toml"
STORE_VARIABLE = "RISK_GRAPH_STORE"
JOURNAL_VARIABLE = "RISK_GRAPH_JOURNAL"
PROJECT_VARIABLE = "RISK_GRAPH_PROJECT"
"""Where the dashboard finds the project that `risk-graph serve` was given."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def day_of(value: object) -> date | None:
    """A day of the settings; ValueError for anything else: a number would be read as seconds since 1970."""
    if value is None or type(value) is date:
        return value
    try:
        return parse_day(str(value))
    except ValueError as error:
        raise ValueError("write a day such as 2026-06-30") from error


class ProjectSettings(_Strict):
    name: str = "Unnamed project"
    chain: str = "aluminium"
    last_report: date | None = None
    """Day of the last yearly report on due diligence."""

    @field_validator("last_report", mode="before")
    @classmethod
    def _is_day(cls, value: object) -> date | None:
        return day_of(value)


class StoreSettings(_Strict):
    url: str = "graph"


class JournalSettings(_Strict):
    url: str = ""

    @field_validator("url")
    @classmethod
    def _holds_no_password(cls, url: str) -> str:
        if urlsplit(url).password:
            raise ValueError(
                f"a password has no place in a file: give the whole address in {JOURNAL_VARIABLE}"
            )
        return url


class RunSettings(_Strict):
    as_of: date | None = None
    period: str | None = None
    scorer: str = "places"
    regimes: list[str] | None = None

    @field_validator("as_of", mode="before")
    @classmethod
    def _is_day(cls, value: object) -> date | None:
        return day_of(value)

    @field_validator("period")
    @classmethod
    def _is_period(cls, text: str | None) -> str | None:
        try:
            if text is not None:
                parse_period(text)
        except ProjectError as error:
            raise ValueError(str(error)) from error
        return text


class Settings(_Strict):
    """What risk-graph.toml may hold; an unknown key is an error, for a misspelt one would be lost.
    `input` is read by ingest; `layers` pins a layer to one edition (by default: the newest that the date allows).
    """

    project: ProjectSettings = ProjectSettings()
    store: StoreSettings = StoreSettings()
    journal: JournalSettings = JournalSettings()
    run: RunSettings = RunSettings()
    input: dict[str, Any] = {}
    layers: dict[str, str] = {}


@dataclass(frozen=True)
class Project:
    folder: Path
    settings: Settings
    store_url: str
    journal_url: str = ""
    """Where decisions are kept; empty: journal.db in the folder."""

    @property
    def inputs(self) -> Path:
        return self.folder / "inputs"

    @property
    def sources(self) -> Path:
        """Editions of public sources that were fetched."""
        return self.folder / "sources"

    @property
    def runs(self) -> Path:
        """The archive: every run with what it stood on."""
        return self.folder / "runs"

    def chain(self) -> Chain:
        return load_chain(self.settings.project.chain, self.folder)

    def scorer(self) -> Scorer:
        """The scorer that the settings name; ScorerError if there is none, or its file is wrong."""
        return load_scorer(self.settings.run.scorer, self.folder)

    def regimes(self) -> tuple[Regime, ...]:
        """The regimes that the settings choose; all that ship if they choose none. Raises RegimeError."""
        return chosen(self.settings.run.regimes, self.folder)

    def period(self) -> Period | None:
        text = self.settings.run.period
        return None if text is None else parse_period(text)


def open_project(folder: Path, environment: Mapping[str, str], store_url: str | None = None) -> Project:
    """The project in `folder`. The store is the given one, else the environment's, else the settings'; the
    journal is the environment's, else the settings'.

    Raises ProjectError if there is no project or its settings are wrong.
    """
    settings = read_settings(folder / SETTINGS_FILE)
    url = store_url or environment.get(STORE_VARIABLE) or settings.store.url
    return Project(folder, settings, url, environment.get(JOURNAL_VARIABLE) or settings.journal.url)


def read_settings(path: Path) -> Settings:
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise ProjectError(
            f"There is no {path.name} in {path.parent}. `risk-graph init DIR` makes a project."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(f"{path} cannot be read: it must be a UTF-8 text file.") from error
    except tomllib.TOMLDecodeError as error:
        raise ProjectError(f"{path} is not valid TOML: {error}.") from error
    try:
        return Settings.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        what = first["msg"].removeprefix("Value error, ").rstrip(".")
        if first["type"] == "extra_forbidden":
            what = f"there is no such setting; known here: {', '.join(_known(first['loc'][:-1]))}"
        raise ProjectError(f"{path}: {where}: {what}. See docs/project.md for the settings.") from error


def _known(section: tuple[int | str, ...]) -> list[str]:
    """The settings of a section of risk-graph.toml; its sections if none is given."""
    model: Any = Settings
    for name in section:
        model = model.model_fields[str(name)].annotation
    return list(model.model_fields)


def parse_day(text: str) -> date:
    """`YYYY-MM-DD` and none of the other forms of ISO 8601; ValueError if it is none."""
    day = date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError(text)
    return day


def parse_period(text: str) -> Period:
    """`YYYY-MM-DD:YYYY-MM-DD`, both days included; ProjectError if it is none or reversed."""
    parts = text.split(":")
    try:
        first, last = (parse_day(part) for part in parts)
    except ValueError as error:
        raise ProjectError(f"The period {text!r} is not of the form 2024-01-01:2024-12-31.") from error
    if first > last:
        raise ProjectError(f"The period {text!r} ends before it starts.")
    return first, last
