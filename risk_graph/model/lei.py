"""Legal Entity Identifier, ISO 17442."""

import re

_FORM = re.compile(r"[A-Z0-9]{18}[0-9]{2}")


def is_lei(text: str) -> bool:
    """Whether `text` has the form of an LEI and its check digits are right (ISO 7064, MOD 97-10)."""
    if not _FORM.fullmatch(text):
        return False
    return int("".join(str(int(c, 36)) for c in text)) % 97 == 1
