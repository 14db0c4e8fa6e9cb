"""Entry point: as light as can be, so that Ctrl-C is answered in words while the rest is still being imported."""

import signal
import sys
from io import TextIOWrapper

from risk_graph.interrupt import leave


def main() -> None:
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # an ignored signal stays ignored
        signal.signal(signal.SIGINT, leave)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(
            encoding="utf-8"
        )  # the same bytes whatever the locale; Latin-1 cannot hold every name
    from risk_graph.cli import main as command_line

    command_line()
