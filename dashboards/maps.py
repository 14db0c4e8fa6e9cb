"""The map of facilities, drawn without any request to another machine: coast lines and markers come from this server."""

from typing import Any

import pandas as pd
import pydeck as pdk

from dashboards.theme import BANDS, FLAG, Palette, marker_places, rgb

BASEMAP_URL = "/risk-graph/basemap.geojson"
MARKERS_URL = "/risk-graph/markers"
TOLD = {
    "T": "⚑ red flag",
    "U": "? cannot be told",
    "F": "none found",
}
MOST = 1000
"""Places on one map; the table beside it names the others."""


def facility_map(places: pd.DataFrame, dark: bool, colours: Palette) -> pdk.Deck:
    """`places` as answers.overview.places gives them; those without coordinates are left to the table."""
    shown = on_map(places)
    return pdk.Deck(
        layers=[_land(colours), _markers(shown, dark), _flags(shown, dark)],
        initial_view_state=pdk.ViewState(**_around(shown)),
        map_provider=None,
        tooltip={
            "text": "{name}\n{supplier} · {stage}\n{country} · {band}, {range}\n{placing}\nred flag about a place: {told}"
        },
        parameters={"clearColor": [c / 255 for c in rgb(colours.background)]},
    )


def layer_map(shown: pd.DataFrame, outlines: dict[str, Any] | None, dark: bool, colours: Palette) -> pdk.Deck:
    """`shown` as answers.layers.sites gives them, with coordinates; `outlines` of areas lie below the markers."""
    own = [_outlines(outlines, colours)] if outlines else []
    data = pd.DataFrame(
        {
            "name": _inert(shown["name"]), "supplier": _inert(shown["supplier"]), "detail": _inert(shown["detail"]),
            "icon": shown["word"] + "|" + shown["placing"], "lon": shown["longitude"], "lat": shown["latitude"],
        }
    )  # fmt: skip
    markers = pdk.Layer(
        "IconLayer",
        id="sites",
        data=data,
        get_icon="icon",
        get_position=["lon", "lat"],
        get_size=17,
        icon_atlas=pdk.types.String(MARKERS_URL),
        icon_mapping=marker_places(dark),
        pickable=True,
    )
    return pdk.Deck(
        layers=[_land(colours), *own, markers],
        initial_view_state=pdk.ViewState(**_around(shown)),
        map_provider=None,
        tooltip={"text": "{name}\n{supplier}\n{detail}"},
        parameters={"clearColor": [c / 255 for c in rgb(colours.background)]},
    )


def _land(colours: Palette) -> pdk.Layer:
    return pdk.Layer(
        "GeoJsonLayer",
        id="land",
        data=BASEMAP_URL,
        filled=True,
        stroked=True,
        get_fill_color=rgb(colours.land),
        get_line_color=rgb(colours.border),
        line_width_min_pixels=0.6,
    )


def _outlines(outlines: dict[str, Any], colours: Palette) -> pdk.Layer:
    return pdk.Layer(
        "GeoJsonLayer",
        id="areas",
        data=outlines,
        filled=True,
        stroked=True,
        get_fill_color=rgb(colours.declared, 60),
        get_line_color=rgb(colours.declared),
        line_width_min_pixels=1,
    )


def on_map(places: pd.DataFrame) -> pd.DataFrame:
    """The places that are drawn: those with coordinates, the worst MOST of them, the worst last and so on top: those
    with a red flag about a place, then by band.
    """
    placed = places[places["placing"] != "none"]
    rank = placed["band"].map({b.id: i for i, b in enumerate((BANDS[-1], *BANDS[:-1]))})
    order = placed.assign(rank=rank, flagged=placed["told"] == "T").sort_values(
        ["flagged", "rank", "high", "facility_id"], kind="stable"
    )
    return order.tail(MOST).drop(columns=["flagged", "rank"])


def _markers(shown: pd.DataFrame, dark: bool) -> pdk.Layer:
    data = pd.DataFrame(
        {
            "id": _inert(shown["facility_id"]),
            "name": _inert(shown["name"]),
            "supplier": _inert(shown["supplier"]),
            "stage": _inert(shown["stage_title"]),
            "country": shown["country"],
            "band": shown["band"],
            "range": score_range(shown),
            "placing": shown["placing"].map({"known": "place known", "estimated": "place estimated"}),
            "told": shown["told"].map(TOLD),
            "icon": shown["band"] + "|" + shown["placing"],
            "lon": shown["longitude"],
            "lat": shown["latitude"],
        }
    )
    return pdk.Layer(
        "IconLayer",
        id="facilities",
        data=data,
        get_icon="icon",
        get_position=["lon", "lat"],
        get_size=17,
        icon_atlas=pdk.types.String(MARKERS_URL),
        icon_mapping=marker_places(dark),
        pickable=True,
    )


def _flags(shown: pd.DataFrame, dark: bool) -> pdk.Layer:
    """A pennant above each place with a red flag; the marker below it answers for both."""
    flagged = shown[shown["told"] == "T"]
    return pdk.Layer(
        "IconLayer",
        id="flags",
        data=pd.DataFrame({"icon": FLAG, "lon": flagged["longitude"], "lat": flagged["latitude"]}),
        get_icon="icon",
        get_position=["lon", "lat"],
        get_size=20,
        get_pixel_offset=[5, -13],
        icon_atlas=pdk.types.String(MARKERS_URL),
        icon_mapping=marker_places(dark),
        pickable=False,
    )


def _inert(text: pd.Series) -> pd.Series:
    """deck.gl reads a text that starts with @@ as an instruction; ours are names."""
    return text.fillna("").str.replace(r"^@@", "@ @", regex=True)


def score_range(rows: pd.DataFrame) -> pd.Series:
    """`score 20 to 45`, in words, for each row."""
    said = [
        f"score {low:.0f} to {high:.0f}" if low == low else "no score"
        for low, high in zip(rows["low"], rows["high"], strict=True)
    ]
    return pd.Series(said, index=rows.index, dtype="str")


def _around(shown: pd.DataFrame) -> dict[str, Any]:
    """The world, or closer if all places lie close together."""
    world = {"latitude": 27.0, "longitude": 10.0, "zoom": 0.33}
    if not len(shown):
        return world
    south, north = shown["latitude"].min(), shown["latitude"].max()
    west, east = shown["longitude"].min(), shown["longitude"].max()
    span = max(north - south, (east - west) / 2, 0.5)
    if span > 60:
        return world
    zoom = {60: 1.2, 30: 2.2, 15: 3.2, 7: 4.2, 3: 5.2}
    level = max(z for limit, z in zoom.items() if span <= limit)
    return {"latitude": (south + north) / 2, "longitude": (west + east) / 2, "zoom": level}
