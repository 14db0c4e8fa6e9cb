"""Entry point: as light as can be, so that Ctrl-C is answered in words while the rest is still being imported."""

import signal
import sys
from io import TextIOWrapper
from types import FrameType

INTERRUPTED = 130
WORDS = "Interrupted. What was loaded before stays."


def leave(_number: int, _frame: FrameType | None) -> None:
    """What SIGINT does until a command has begun (see `console.exit_codes`)."""
    if sys.stderr is not None:
        sys.stderr.write(WORDS + "\n")
    raise SystemExit(INTERRUPTED)


def main() -> None:
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # an ignored signal stays ignored
        signal.signal(signal.SIGINT, leave)
    if isinstance(
        sys.stdout, TextIOWrapper
    ):  # the same bytes whatever the locale; Latin-1 cannot hold every name
        sys.stdout.reconfigure(encoding="utf-8")
    from risk_graph.cli import main as command_line

    command_line()
