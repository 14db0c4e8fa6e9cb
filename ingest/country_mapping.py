"""What a user says of a table of countries: which file, which columns, which scale, whose it is and under which terms."""

import re
import tomllib
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ingest.country_codes import Scheme
from ingest.source import LicenceClass
from risk_graph.errors import SourceError
from risk_graph.model.gazetteer import countries

Text = Annotated[str, Field(min_length=1)]
Pair = tuple[float, float]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Columns(_Strict):
    """Names of columns as the header prints them.

    `year` is a column, or a number if the whole file is about one year; `years` is how the columns of years are named,
    as `hdi_{year}`. `where` keeps the rows in which a column holds a value.
    """

    country: Text
    value: str = ""
    year: Text | int | None = None
    years: str = ""
    error: str = ""
    low: str = ""
    high: str = ""
    codes: Scheme = "any"
    where: dict[str, str] = {}

    @model_validator(mode="after")
    def _one_way(self) -> "Columns":
        if bool(self.years) == bool(self.value):
            raise ValueError("columns: give either value (with year) or years")
        if self.value and self.year is None:
            raise ValueError("columns: give year, the column or the number")
        if self.years and (
            "{year}" not in self.years or self.error or self.low or self.high or self.year is not None
        ):
            raise ValueError(
                "columns: years is a name with {year} in it, and goes without year, error, low and high"
            )
        if bool(self.low) != bool(self.high):
            raise ValueError("columns: a band has low and high")
        if named := [c for c in (self.value, self.years) if re.search(r"(?i)(?<![a-z])rank(?![a-z])", c)]:
            raise ValueError(
                f"columns: {named[0]!r} is a rank; a rank moves when other countries do. Give the value"
            )
        return self


class Mapping(_Strict):
    """A whole mapping file. `scale` holds the fixed goalposts, `range` (default: the scale) every value."""

    file: Text
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{2,59}$")]
    title: Text
    meaning: Text
    direction: Literal["higher is better", "higher is worse"]
    scale: Pair
    range: Pair | None = None
    unit: str = ""
    publisher: Text
    document: Text
    url: str = ""
    licence: Text
    licence_class: LicenceClass
    attribution: str = ""
    notes: str = ""
    edition: Text
    released: date | None = None
    retrieved: date
    sheet: str = ""
    header_row: Annotated[int, Field(ge=1, le=100)] = 1
    decimal: Literal[".", ","] = "."
    missing: tuple[str, ...] = ()
    first_year: int = 0
    countries_expected: tuple[int, int] | None = None
    columns: Columns
    countries: dict[str, str] = {}

    @model_validator(mode="after")
    def _sound(self) -> "Mapping":
        for name, pair in (("scale", self.scale), ("range", self.bounds)):
            if not pair[0] < pair[1]:
                raise ValueError(f"{name} is [low, high]")
        if "/" in self.file or "\\" in self.file:
            raise ValueError("file is the name of a file beside the mapping, without a folder")
        for text, code in self.countries.items():
            if code and code not in countries():
                raise ValueError(
                    f'countries: {text!r} = {code!r} is no alpha-3 code; "" says that it is no country'
                )
        return self

    @property
    def bounds(self) -> Pair:
        return self.range or self.scale


def mapping_of(name: str, data: bytes) -> Mapping:
    """The mapping of a TOML file.

    Raises SourceError in one line: what is wrong with the first thing that is wrong.
    """
    try:
        said = tomllib.loads(data.decode("utf-8"))
        return Mapping.model_validate(_tuples(said))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"{name} is no valid TOML ({error}). Correct the line named.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        what = first["msg"].removeprefix("Value error, ")
        raise SourceError(
            f"{name}: {f'{where}: ' if where else ''}{what}. docs/country-tables.md shows a mapping."
        ) from None


def _tuples(said: object) -> object:
    """Arrays as tuples: TOML knows no other sequence."""
    if isinstance(said, dict):
        return {key: _tuples(value) for key, value in said.items()}
    return tuple(_tuples(v) for v in said) if isinstance(said, list) else said
