"""Text of any script as lower-case ASCII words."""

import re
import unicodedata

from anyascii import anyascii

_QUOTES = re.compile(r"['’‘ʼʹʺ`´′]")
_AND = re.compile(r"[&+]")
_INITIALS = re.compile(r"\b(?:\w\.){2,}(?:\w\b)?")
_AND_BETWEEN_LETTERS = re.compile(r"\b([^\W\d_])\s+(?:and|und|et)\s+([^\W\d_])\b", re.IGNORECASE)
_WORD = re.compile(r"[a-z0-9]+")
_VOWELLESS = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_WITHOUT_SPACES = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")


def plain(text: str) -> str:
    """`text` in composed letters, "S.A." as "SA", "I and S" as "I S"; no quotes, no signs that do not print."""
    text = unicodedata.normalize("NFKC", text)
    if not text.isprintable():
        text = "".join(c if unicodedata.category(c)[0] != "C" else " " * c.isspace() for c in text)
    text = _QUOTES.sub("", text)
    text = _INITIALS.sub(lambda found: found[0].replace(".", ""), text)
    text = _AND.sub(" ", text)
    return _AND_BETWEEN_LETTERS.sub(r"\1 \2", text)


def words(text: str) -> list[str]:
    """The words of a text in lower-case ASCII letters and digits; single letters in a row are one word.

    Transliterated by anyascii: Cyrillic and Greek letter by letter, Chinese as Mandarin (Japanese characters too),
    Arabic and Hebrew without the vowels that they do not write.
    """
    if text.isascii():
        return joined_initials(_WORD.findall(text.lower()))
    ascii_text = anyascii(text).replace("'", "")  # soft signs
    return joined_initials(_WORD.findall(ascii_text.lower()))


def joined_initials(found: list[str]) -> list[str]:
    """Single letters in a row are one word: "A B C" is "ABC", "S p A" is "SpA"."""
    out: list[str] = []
    run: list[str] = []
    for word in [*found, ""]:
        if len(word) == 1 and word.isalpha():
            run.append(word)
            continue
        out += ["".join(run)] if run else []
        run = []
        out += [word] if word else []
    return out


def is_vowelless(text: str) -> bool:
    """Whether it is written in a script that leaves short vowels out (Arabic, Hebrew)."""
    return not text.isascii() and _VOWELLESS.search(text) is not None


def is_without_spaces(text: str) -> bool:
    """Whether it holds Chinese, Japanese or Korean letters, which do not mark where a word ends."""
    return not text.isascii() and _WITHOUT_SPACES.search(text) is not None
