"""The lists that are expected are those that can be fetched."""

from ingest.source import sources
from risk_graph.layers.entity.known import KNOWN_LISTS


def test_every_expected_list_has_a_source():
    assert set(KNOWN_LISTS) <= {layer for source in sources().values() for layer in source.expected}
