"""What an interrupt is answered with, at any moment: this module and what it imports load at once."""

import sys
from types import FrameType

INTERRUPTED = 130
WORDS = "Interrupted. What was loaded before stays."


def leave(_number: int, _frame: FrameType | None) -> None:
    """What SIGINT does until a command has begun (see `console.exit_codes`)."""
    if sys.stderr is not None:
        sys.stderr.write(WORDS + "\n")
    raise SystemExit(INTERRUPTED)
