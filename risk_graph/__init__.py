"""The supply graph and what it says. Knows no file format and no Streamlit."""

from pathlib import Path

__version__ = "0.1.0"


def data_dir() -> Path:
    """Folder of the bundled facts, in an installed wheel or in a checkout."""
    here = Path(__file__).resolve().parent
    packed = here / "_data"
    return packed if packed.is_dir() else here.parent / "data"
