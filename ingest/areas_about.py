"""What a user says of a file of polygons: the small TOML beside it, and what is known of three usual downloads."""

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from ingest.source import LicenceClass
from risk_graph.errors import SourceError

Names = tuple[str, ...]


@dataclass(frozen=True)
class Preset:
    """Columns of a usual download (the first that is there counts; of categories all are joined) and what the layer
    says. The columns were not seen in a file of the publisher by us.
    """

    id: Names
    name: Names
    category: Names
    value: Names = ()
    no_value: tuple[float, ...] = ()
    said: dict[str, Any] = field(default_factory=dict)


PRESETS = {
    "protected_areas": Preset(
        id=("WDPA_PID", "SITE_PID", "WDPAID", "SITE_ID"),
        name=("NAME_ENG", "NAME"),
        category=("DESIG_ENG", "IUCN_CAT", "STATUS"),
        said={
            "title": "Protected areas (WDPA)",
            "meaning": "The site lies in a protected area, or near one",
            "publisher": "UNEP-WCMC and IUCN, Protected Planet",
            "url": "https://www.protectedplanet.net",
            "licence": "WDPA terms of use: no commercial use without permission, no redistribution",
            "licence_class": "own_terms",
        },
    ),
    "indigenous_lands": Preset(
        id=("landmark_id", "id_lndmrk", "map_id", "OBJECTID"),
        name=("name", "land_name"),
        category=("category", "identity", "form_rec", "doc_status"),
        said={
            "title": "Indigenous and community lands (LandMark)",
            "meaning": "The site lies on mapped land of Indigenous Peoples or a local community, or near it; most such "
            "land is not mapped",
            "publisher": "LandMark",
            "url": "https://landmarkmap.org",
            "licence": "CC BY 4.0 as a collection; terms vary by contributor",
            "licence_class": "own_terms",
        },
    ),
    "water_stress": Preset(
        id=("string_id", "aq30_id"),
        name=("name_1", "name_0"),
        category=("bws_label",),
        value=("bws_cat",),
        no_value=(-1.0, -9999.0),
        said={
            "title": "Baseline water stress (WRI Aqueduct)",
            "meaning": "Category of baseline water stress of the basin: 0 low to 4 extremely high; arid basins with low "
            "water use (-1) and basins without data have no number, which is not low",
            "publisher": "World Resources Institute, Aqueduct",
            "url": "https://www.wri.org/aqueduct",
            "licence": "CC BY 4.0 (the 4.0 data dictionary: through 2023-12-31; ask for the terms of today)",
            "licence_class": "own_terms",
            "direction": "higher is worse",
            "unit": "category 0 to 4",
        },
    ),
}  # fmt: skip
"""Kind of area -> what is known of it."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Columns(_Strict):
    """Columns of the file; an empty one is not there."""

    id: str = ""
    name: str = ""
    category: str | list[str] = ""
    value: str = ""


class About(_Strict):
    """The TOML. `layer` is the layer's id, `preset` one of PRESETS; the rest overrides what the preset says."""

    layer: str
    edition: str = ""
    released: date | None = None
    preset: Literal["protected_areas", "indigenous_lands", "water_stress"] | None = None
    file: str = ""
    table: str = ""
    crs: str = ""
    title: str = ""
    meaning: str = ""
    publisher: str = ""
    url: str = ""
    licence: str = ""
    licence_class: LicenceClass | None = None
    attribution: str = ""
    notes: str = ""
    direction: Literal["higher is better", "higher is worse", "none"] | None = None
    unit: str = ""
    near_km: float = 5.0
    rows: tuple[int, int] = (1, 1_000_000)
    no_value: tuple[float, ...] | None = None
    columns: Columns = Columns()

    @field_validator("layer")
    @classmethod
    def _is_id(cls, text: str) -> str:
        if not re.fullmatch(r"[a-z][a-z0-9_]{1,40}", text):
            raise ValueError("write an id of small letters, digits and underscores, such as reserves_guinea")
        return text

    @field_validator("near_km")
    @classmethod
    def _is_near(cls, km: float) -> float:
        if not 0 <= km <= 50:
            raise ValueError("write a distance from 0 to 50 km")
        return km

    def wanted(self) -> Preset:
        """Which columns are looked for: those named here, else those of the preset."""
        known = PRESETS[self.preset] if self.preset else Preset(("",), ("",), ())
        own = self.columns
        category = (own.category,) if isinstance(own.category, str) else tuple(own.category)
        return Preset(
            id=(own.id,) if own.id else known.id,
            name=(own.name,) if own.name else known.name,
            category=category if own.category else known.category,
            value=(own.value,) if own.value else known.value,
            no_value=known.no_value if self.no_value is None else self.no_value,
        )

    def said(self) -> dict[str, Any]:
        """Keys of layer.toml, and `licence_class`; SourceError names what is still to be said."""
        known: dict[str, Any] = dict(PRESETS[self.preset].said) if self.preset else {}
        own = {key: getattr(self, key) for key in _SAID if getattr(self, key)}
        known |= own
        missing = [
            key for key in ("title", "meaning", "publisher", "licence", "licence_class") if not known.get(key)
        ]
        if missing:
            raise SourceError(
                f"The .toml of {self.layer} does not say {', '.join(missing)}: nothing is used without it (docs/areas.md)."
            )
        return {"direction": "none", "unit": "", **known, "near_km": self.near_km}


_SAID = (
    "title", "meaning", "publisher", "url", "licence", "licence_class", "attribution", "notes", "direction", "unit",
)  # fmt: skip


def parse_about(name: str, text: bytes) -> About:
    """The TOML of that name; SourceError in one line if it is wrong."""
    try:
        return About.model_validate(tomllib.loads(text.decode("utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"{name} is no valid TOML ({error}).") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        what = first["msg"].removeprefix("Value error, ").rstrip(".")
        if first["type"] == "extra_forbidden":
            what = f"there is no such key; known are {', '.join(About.model_fields)}"
        raise SourceError(f"{name}: {where}: {what}.") from None
