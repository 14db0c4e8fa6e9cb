"""Issue codes of public sources and polygons alone; their readers word message and remedy themselves."""

from ingest.words import Words

SOURCE_CODES: dict[str, Words] = {
    "too-many-rows": Words(
        "warning",
        "An edition of a source has more rows than were ever expected of it",
        "9,000 entries in a list of 4,000; a second list in the same file",
        "",
        "Look at what was added (`risk-graph sources changes`) before you rest a decision on it.",
        "The edition is kept and counts. (One with too few rows is refused: half a list would clear people.)",
    ),
    "edition-published-again": Words(
        "warning",
        "An edition was at hand under that name with another content",
        "the World Bank corrects its 2025 edition and calls it 2025 again",
        "",
        "`risk-graph sources changes DIR SOURCE` says what differs; [layers] in risk-graph.toml chooses.",
        "Both are kept, the newcomer as `2025+2`, and the newcomer counts.",
    ),
    "mixed-editions": Words(
        "warning",
        "One file seems to hold years of two editions of an indicator",
        "WGI ranks that are percentiles to 2022 and 0-100 scores from 2023",
        "",
        "Fetch the publisher's own file of one edition.",
        "Where it is certain, only the years of the newest edition are taken, and the issue counts the others.",
    ),
    "odd-trade": Words(
        "warning",
        "A record of trade between countries cannot be relied on, told from the data alone",
        "463 USD a tonne of bauxite where the exporter's other buyers pay 44 to 63; exports above the production",
        "",
        "Compare with the declarations of both countries before you rest a decision on it.",
        "Nothing is changed or left out; the record says so in `note`. As an info: how many were judged, or could not be.",
    ),
    "no-area": Words(
        "warning",
        "A row of a map holds no area",
        "a point, a line, an empty outline, coordinates off the earth",
        "",
        "Look at it in the file, and draw its outline if it has one.",
        "The row is left out: sites in it are not found by this layer.",
    ),
    "repaired-area": Words(
        "info",
        "An outline was changed so that it can be used",
        "a ring that crosses itself; an area across the antimeridian, cut there",
        "",
        "Nothing to do; look at it if a site lies close to it.",
        "Every ring keeps all that it encloses.",
    ),
}
