"""Bytes of a text file to UTF-8, without guessing more than can be known.

A byte order mark decides; else UTF-8 if every byte fits; else cp1252 or GB18030, the two that people's
spreadsheet programs write, told apart by whether the text becomes common Chinese characters.
"""

import codecs
import re
from dataclasses import dataclass

from ingest.raw import Refusal
from ingest.words import shown

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 1 << 20
_STEP = 1 << 24
_COMMON = 0.7
"""Share of common characters from which a text is taken for Chinese: true texts reach 0.9, others 0.1."""


@dataclass(frozen=True)
class Text:
    """UTF-8 without a mark; `example` is a value that shows whether a guessed encoding is right."""

    data: bytes
    encoding: str
    guessed: bool
    example: str = ""


def to_utf8(data: bytes, encoding: str | None = None) -> Text:
    """The text as UTF-8.

    Raises Refusal if it holds NUL characters, or bytes that its encoding does not know.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _decoded(data, name) if name != "utf-8" else _utf8(data[len(mark) :])
    if encoding is not None:
        return _decoded(data, encoding)
    if b"\0" in data:
        raise Refusal("unreadable-file", what="it holds NUL bytes, so it is no text in UTF-8")
    return _utf8(data) if _is_utf8(data) else _guessed(data)


def _utf8(data: bytes) -> Text:
    if b"\0" in data or not _is_utf8(data):
        raise Refusal("unreadable-file", what="its text is not UTF-8, although it says so")
    return Text(data, "utf-8", guessed=False)


def _is_utf8(data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _STEP):
            decoder.decode(data[start : start + _STEP])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(data: bytes, encoding: str) -> Text:
    try:
        text = data.decode(encoding)
        utf8 = text.encode("utf-8").removeprefix(codecs.BOM_UTF8)
    except UnicodeError as error:
        raise Refusal("unreadable-file", what=f"its text is not {encoding}") from error
    if b"\0" in utf8:
        raise Refusal("unreadable-file", what="it holds NUL characters, so it is no table of text")
    return Text(utf8, encoding, guessed=False)


def _guessed(data: bytes) -> Text:
    encoding = "gb18030" if _looks_chinese(data) else "cp1252"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        what = "its text is neither UTF-8 nor cp1252 nor GB18030; name its encoding in risk-graph.toml"
        raise Refusal("unreadable-file", what=what) from error
    return Text(text.encode("utf-8"), encoding, guessed=True, example=_example(text))


def _looks_chinese(data: bytes) -> bool:
    lines = b"\n".join(line for line in data[:_SAMPLE].splitlines() if not line.isascii())
    try:
        text = data.decode("gb18030")
        foreign = [c for c in lines.decode("gb18030", errors="ignore") if not c.isascii()]
    except UnicodeDecodeError:
        return False
    if not foreign or text.isascii():
        return False
    return sum(map(_is_common, foreign)) >= _COMMON * len(foreign)


def _is_common(char: str) -> bool:
    """Punctuation, full-width forms or one of the 3,755 characters of GB 2312 level 1."""
    try:
        code = char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return 0xB0 <= code[0] <= 0xD7 or 0xA1 <= code[0] <= 0xA3


def _example(text: str) -> str:
    """The first word that is not plain ASCII."""
    for line in text.splitlines():
        if not line.isascii():
            return shown(next(word for word in re.split("[,;\t|]", line) if not word.isascii()))
    return ""
