"""Days as United States offices print them: `June 21, 2022`, `11/25/2024`, `2024-11-25`."""

import re
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORDS = re.compile(r"([A-Za-z]{3})[a-z]*\.? ([0-9]{1,2}),? ([12][0-9]{3})")
_SLASHES = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([12][0-9]{3})")
_ISO = re.compile(r"([12][0-9]{3})-([0-9]{2})-([0-9]{2})")


def day_of(text: str) -> date | None:
    """The day, month first where there are slashes; None if the text is none of the three forms."""
    plain = " ".join(text.split())
    try:
        if found := _WORDS.fullmatch(plain):
            month = _MONTHS.index(found[1].casefold()) + 1
            return date(int(found[3]), month, int(found[2]))
        if found := _SLASHES.fullmatch(plain):
            return date(int(found[3]), int(found[1]), int(found[2]))
        if found := _ISO.fullmatch(plain):
            return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None
    return None
