"""Every issue code, and the words that a person reads.

The catalogue stands in `file_codes` (a file, sheet or column), `row_codes` (a row or cell), `place_codes` and
`source_codes` (what only the file of a public source can have).
"""

from ingest.file_codes import FILE_CODES
from ingest.place_codes import PLACE_CODES
from ingest.row_codes import ROW_CODES
from ingest.source_codes import SOURCE_CODES
from ingest.words import Words, shown
from risk_graph.model.issue import IssueKind

WORDS: dict[str, Words] = {**FILE_CODES, **ROW_CODES, **PLACE_CODES}

CODES: dict[str, IssueKind] = {
    code: IssueKind(words.level, words.title, words.example, words.remedy)
    for code, words in {**WORDS, **SOURCE_CODES}.items()
}


_OURS = ("what", "known", "remedy")
"""Values that this package words itself; the others come from files and are shortened."""


def render(code: str, **values: object) -> tuple[str, str]:
    """Message and remedy of an issue; a `remedy` among the values takes the catalogue's place."""
    words = WORDS[code]
    texts = {name: str(value) if name in _OURS else shown(value) for name, value in values.items()}
    texts.setdefault("what", "")
    remedy = str(values["remedy"]) if values.get("remedy") else words.remedy.format(**texts)
    return words.message.format(**texts), remedy


def issues_markdown() -> str:
    """`docs/issues.md`."""
    lines = [
        "# Issues: what can be wrong with an input, and what to do",
        "",
        "Generated from `ingest/file_codes.py`, `row_codes.py`, `place_codes.py` and `source_codes.py`.",
        "An **error** costs a file, a row or a value, or leaves two facts that cannot both be true;",
        "a **warning** costs nothing but wants a look;",
        "an **info** says how something was understood. What is lost never improves an answer:",
        "a row that was not loaded leaves the ids that it names marked as incomplete.",
        "",
        "`sources update` uses the same codes for the files of public sources (an entry without a name is a",
        "`missing-value`, a number that cannot be a `bad-number`). There an issue's own level and remedy go before what",
        "stands here, and what is lost is an entry or a value of that layer: it is unknown, never zero and never clear.",
        "",
    ]
    for title, codes in (
        ("Files, sheets and columns", FILE_CODES),
        ("Rows and cells", ROW_CODES),
        ("Places", PLACE_CODES),
        ("Public sources and areas of your own", SOURCE_CODES),
    ):
        lines += [f"## {title}", ""]
        for code, words in codes.items():
            lines += [
                f"### `{code}`",
                "",
                f"{words.title} ({words.level}).",
                "",
                f"- Example: {words.example}",
                f"- Effect: {words.effect}",
                f"- What to do: {_plain(words.remedy)}",
                "",
            ]
    return "\n".join(lines)


def _plain(template: str) -> str:
    """A remedy with its gaps shown as gaps."""
    return template.replace("{what}", "…").replace("{", "<").replace("}", ">")
