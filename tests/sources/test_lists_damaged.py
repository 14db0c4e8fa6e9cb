"""Whatever happens to a file on its way, a list is read or refused in one line: no other error, no empty success."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_graph.errors import SourceError
from tests.sources.lists import FILES, read

GOOD = [
    ("ofac_sdn", "ofac/sdn.csv"),
    ("ofac_sdn", "ofac/sdn.xml"),
    ("ofac_sdn", "ofac/sdn_advanced.xml"),
    ("un_sc", "un_sc/consolidated.xml"),
    ("eu_sanctions", "eu_sanctions/full.xml"),
    ("eu_sanctions", "eu_sanctions/full.csv"),
    ("uflpa_entities", "uflpa_entities/page.html"),
    ("cbp_wro", "cbp_wro/page.html"),
    ("cbp_wro", "cbp_wro/data.csv"),
]
BITS = [
    b"",
    b'"',
    b"<",
    b">",
    b"\0",
    b"\xff",
    b"\x1a",
    b",",
    b";",
    b"\n",
    b"(",
    b")",
    b"&amp;",
    b"9999999999",
    b"<table>",
    b"-0- ",
]


@pytest.mark.parametrize(("source", "file"), GOOD, ids=[file for _, file in GOOD])
@given(
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 60), st.sampled_from(BITS)), min_size=1, max_size=4)
)
def test_damage_is_read_or_refused(source: str, file: str, damage: list[tuple[float, int, bytes]]) -> None:
    data = (FILES / file).read_bytes()
    for where, length, bits in damage:
        at = int(where * len(data))
        data = data[:at] + bits + data[at + length :]
    with TemporaryDirectory() as folder:
        path = Path(folder) / Path(file).name
        path.write_bytes(data)
        said = ""
        try:
            assert read(source, path, "2026").rows
        except SourceError as error:
            said = str(error)
        assert "\n" not in said


@pytest.mark.parametrize(("source", "file"), [g for g in GOOD if not g[1].endswith("csv")])
def test_a_list_that_lost_its_end_is_refused(source: str, file: str, tmp_path: Path) -> None:
    """XML and pages say where they end, so a list without its end is never passed off as the list."""
    data = (FILES / file).read_bytes().rstrip()
    path = tmp_path / Path(file).name
    for part in range(1, 40):
        path.write_bytes(data[: len(data) * part // 40])
        with pytest.raises(SourceError):
            read(source, path, "2026")
