"""From a folder of files to loaded tables and issues: read, then validate."""

from pathlib import Path

from ingest.options import InputOptions
from ingest.read import Progress, read_inputs, silent
from ingest.validate import Loaded, validate
from risk_graph.model.chain import Chain

_READ_SHARE = 0.5


def load(
    folder: Path, chain: Chain, options: InputOptions | None = None, progress: Progress = silent
) -> Loaded:
    """What stands in `folder` (a project's `inputs`).

    Never raises for what files hold; progress is told a step and the share done, from 0 to 1.
    """
    raw = read_inputs(folder, options, lambda step, share: progress(step, share * _READ_SHARE))
    progress("checking", _READ_SHARE)
    loaded = validate(raw, chain)
    progress("checked", 1.0)
    return loaded
