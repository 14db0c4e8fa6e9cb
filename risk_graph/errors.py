"""Every error a user can cause, each with the exit code that `risk-graph` ends with.

    RiskGraphError               1
    ├── InputError               2   the user's files or settings
    │   ├── ProjectError             risk-graph.toml or the project folder
    │   ├── ChainError               a chain file
    │   ├── ScorerError              a scorer file
    │   ├── RegimeError              a regime's file, or the choice of regimes
    │   ├── RefusedError             the input has errors and must not be loaded (as it is)
    │   ├── NotFoundError            nobody has that id, or nothing was loaded yet
    │   ├── ChangedError             a file changed while it was read
    │   ├── OvertakenError           somebody decided about the same in the meantime
    │   ├── TamperedError            the journal is not as it was written
    │   └── LostError                the journal lacks what the stored run noted of it
    ├── StoreError               3   the graph store cannot be reached or is busy
    │   ├── DamagedError             the stored graph is not as it was written, or of another version
    │   ├── JournalError             the journal cannot be reached or is busy
    │   ├── ArchiveError             the archive of runs is damaged, busy or cannot be used
    │   └── QueryError           2   the store answered, but not to this query
    ├── SourceError              4   a public source is missing or refused
    │   ├── LayerError               a layer folder
    │   └── BusyError            3   another update of the source is running
    ├── DifferentError           5   a run that was computed again gave something else
    └── ContributionError        1   a file on a shelf (rule, scorer, view ...) is malformed

Messages say what is wrong and what to do; they hold no traceback and no credential.
"""


class RiskGraphError(Exception):
    """Base of all; `exit_code` is what the command line returns."""

    exit_code = 1


class InputError(RiskGraphError):
    exit_code = 2


class ProjectError(InputError):
    pass


class ChainError(InputError):
    pass


class ScorerError(InputError):
    pass


class RegimeError(InputError):
    pass


class RefusedError(InputError):
    pass


class NotFoundError(InputError):
    pass


class OvertakenError(InputError):
    pass


class ChangedError(InputError):
    pass


class TamperedError(InputError):
    def __init__(self, what: str) -> None:
        super().__init__(
            f"The journal is not as it was written: {what} Nothing that rests on it is shown; put back a copy that "
            "was kept, or find out who changed it."
        )


class LostError(InputError):
    pass


class StoreError(RiskGraphError):
    exit_code = 3


class DamagedError(StoreError):
    pass


class JournalError(StoreError):
    pass


class ArchiveError(StoreError):
    pass


class QueryError(StoreError):
    exit_code = 2


class SourceError(RiskGraphError):
    exit_code = 4


class LayerError(SourceError):
    pass


class BusyError(SourceError):
    exit_code = 3


class DifferentError(RiskGraphError):
    exit_code = 5


class ContributionError(RiskGraphError):
    pass
