"""Words for a person on stderr: progress, problems, errors with an id that stands in the log. stdout is for data."""

import logging
import os
import signal
import sys
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from risk_graph.errors import RiskGraphError
from risk_graph.interrupt import INTERRUPTED, WORDS, leave
from risk_graph.model.issue import Issue

_log = logging.getLogger("risk_graph")


def say(line: str = "") -> None:
    if sys.stderr is not None:  # it may have been closed by who started us
        sys.stderr.write(line + "\n")


class Steps:
    """Shows each step with the time it took; a bar of the running step where a person looks on."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._step, self._start = "", 0.0
        self._status = self._console.status("") if self._console.is_terminal else None

    def __call__(self, step: str, done: float) -> None:
        if step != self._step:
            self._finish()
            self._step, self._start = step, time.monotonic()
        if self._status is not None:
            self._status.update(f"{step} {100 * done:.0f} %" if done else f"{step} ...")
            self._status.start()

    def _finish(self) -> None:
        if self._step:
            seconds = time.monotonic() - self._start
            self._console.print(f"{self._step:<44} {seconds:6.1f} s", style="dim")

    def close(self) -> None:
        if self._status is not None:
            self._status.stop()


@contextmanager
def steps() -> Iterator[Steps]:
    shown = Steps()
    try:
        yield shown
    finally:
        shown.close()


def table_of(issues: Iterable[Issue]) -> list[str]:
    """One line where it is, one what is wrong, one what to do."""
    lines = []
    for issue in issues:
        where = [
            issue.file,
            issue.sheet and f"sheet {issue.sheet}",
            issue.row and f"row {issue.row}",
            issue.column,
        ]
        lines.append(f"{issue.level.upper():<8}{issue.code:<28}" + ", ".join(str(p) for p in where if p))
        lines += [f"        {issue.message}", f"        -> {issue.remedy}"]
    return lines


@contextmanager
def exit_codes(log_folder: Path) -> Iterator[None]:
    """Turns every failure into one line on stderr and an exit code; an unforeseen one is logged with an id."""
    if signal.getsignal(signal.SIGINT) is leave:  # from here on an interrupt is answered below
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    except RiskGraphError as error:
        say(f"Error: {error}")
        raise SystemExit(error.exit_code) from error
    except KeyboardInterrupt as error:
        say(WORDS)
        raise SystemExit(INTERRUPTED) from error
    except BrokenPipeError as error:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115  # the reader is gone: nothing may be flushed to it
        raise SystemExit(0) from error
    except Exception as error:
        error_id = uuid.uuid4().hex[:8]
        where = _write_log(log_folder, error_id, error)
        say(
            f"Error {error_id}: something unforeseen went wrong ({type(error).__name__}); details are in {where}."
        )
        raise SystemExit(1) from error


def _write_log(folder: Path, error_id: str, error: Exception) -> Path:
    for path in (folder / "risk-graph.log", Path.home() / ".risk-graph.log"):
        try:
            handler = logging.FileHandler(path, encoding="utf-8")
        except OSError:
            continue
        _log.addHandler(handler)
        _log.error("error %s", error_id, exc_info=error)
        _log.removeHandler(handler)
        handler.close()
        return path
    return Path("no log: no folder could be written")
