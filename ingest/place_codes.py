"""Issue codes of places: countries, subdivisions, coordinates."""

from ingest.words import Words

_ROW = "The row is not loaded."
_COORDINATES = "Both coordinates are dropped; the row is loaded."

_PLACE = "The subdivision is dropped; the row is loaded, and the site is marked as incomplete."

PLACE_CODES: dict[str, Words] = {
    "bad-country": Words(
        "error",
        "A country is not known, or two have that name",
        "`Congo`, `Xinjiang`",
        "{column} is {value}: not a country{what}.",
        "Write the ISO 3166-1 alpha-3 code, e.g. AUS.",
        _ROW,
    ),
    "understood-country": Words(
        "info",
        "A code or name was understood as a country",
        "`NA` understood as NAM (Namibia)",
        "{value} was understood as {alpha3} ({name}) in {count} rows, first in row {first}.",
        "Nothing, if that is right; else write the ISO 3166-1 alpha-3 code.",
        "None.",
    ),
    "bad-subdivision": Words(
        "error",
        "A subdivision is no ISO 3166-2 code",
        "`WA`, `Western Australia`",
        "{column} is {value}: not an ISO 3166-2 code.",
        "Write the code, e.g. AU-WA{what}.",
        _PLACE,
    ),
    "subdivision-not-in-country": Words(
        "error",
        "A subdivision belongs to another country",
        "`CN-XJ` in KAZ",
        "{column} is {value}, which is not in {country}.",
        "Correct the subdivision or the country.",
        _PLACE,
    ),
    "understood-subdivision": Words(
        "info",
        "A withdrawn subdivision code was replaced by today's",
        "`IN-CT` became `IN-CG` in 2023",
        "{value} is withdrawn and was read as {new} ({name}) in {count} rows, first in row {first}. The table of withdrawn codes is our own and not verified against ISO.",
        "Nothing; better, write {new}.",
        "None.",
    ),
    "bad-latitude": Words(
        "error",
        "A latitude lies outside -90 to 90",
        "`95.2`",
        "{column} is {value}: a latitude lies between -90 and 90 degrees.",
        "Write decimal degrees (WGS 84), south negative.",
        _COORDINATES,
    ),
    "bad-longitude": Words(
        "error",
        "A longitude lies outside -180 to 180",
        "`215.0`",
        "{column} is {value}: a longitude lies between -180 and 180 degrees.",
        "Write decimal degrees (WGS 84), west negative.",
        _COORDINATES,
    ),
    "swapped-coordinates": Words(
        "error",
        "Latitude and longitude seem to be exchanged",
        "latitude `115.97` with longitude `-32.63`",
        "latitude is {value}, longitude {other}: they seem to be exchanged.",
        "Exchange the two.",
        _COORDINATES,
    ),
    "half-coordinates": Words(
        "error",
        "One of the two coordinates is missing",
        "a latitude without longitude",
        "{column} is empty, the other coordinate is not.",
        "Write both coordinates or none.",
        _COORDINATES,
    ),
    "outside-country": Words(
        "error",
        "The coordinates lie more than 30 km outside the country",
        "a site in AUS at 32.63 N",
        "The coordinates lie {what}.",
        "Correct the coordinates (a sign?) or the country.",
        "Rules take the worse of the two places.",
    ),
    "subdivision-coordinates-disagree": Words(
        "warning",
        "The coordinates lie in another subdivision than declared",
        "`CN-SD` with coordinates in CN-XJ",
        "The coordinates lie {what}.",
        "Correct the coordinates or the subdivision.",
        "Rules take the worse of the two places.",
    ),
}
