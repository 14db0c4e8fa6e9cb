"""Bands differ by word, shape and colour; every mark and every text is seen in both themes."""

import tomllib
from itertools import combinations
from pathlib import Path

import pytest

import dashboards
from dashboards import theme
from dashboards.markers import marker_png
from risk_graph.assess.scorer import NOT_ASSESSED
from risk_graph.assess.scores import BANDS

CONFIG = Path(dashboards.__file__).parent / ".streamlit" / "config.toml"


def test_a_band_for_every_word_a_score_can_have():
    words = {*BANDS, NOT_ASSESSED}
    assert words == {b.id for b in theme.BANDS}
    assert theme.band("nonsense").id == NOT_ASSESSED


def test_bands_differ_in_word_shape_and_colour():
    for one, other in combinations(theme.BANDS, 2):
        assert one.shape != other.shape
        assert one.light != other.light
        assert one.dark != other.dark


@pytest.mark.parametrize("palette", [theme.LIGHT, theme.DARK])
def test_every_mark_is_outlined_and_every_word_readable(palette):
    assert theme.contrast(palette.ink, palette.background) >= 4.5
    assert theme.contrast(palette.quiet, palette.background) >= 4.5
    assert theme.contrast(palette.ink, palette.land) >= 3


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_pages_own_colours(name):
    colours = tomllib.loads(CONFIG.read_text())["theme"][name]
    for text in ("textColor", "grayTextColor", "linkColor"):
        for ground in ("backgroundColor", "secondaryBackgroundColor"):
            assert theme.contrast(colours[text], colours[ground]) >= 4.5, (text, ground)


def test_nothing_is_sent_anywhere_and_no_detail_is_shown():
    config = tomllib.loads(CONFIG.read_text())
    assert config["browser"]["gatherUsageStats"] is False
    assert config["client"]["showErrorDetails"] == "none"
    assert config["server"]["address"] == "127.0.0.1"
    assert config["server"]["enableAgentApi"] is False


def test_the_legend_holds_text_only():
    svg = theme.legend([theme.box_entry('<script>alert("1")</script>', "#123456", False)], False)
    assert "<script>" not in svg


def test_markers_are_a_picture():
    assert marker_png().startswith(b"\x89PNG")
    assert len(theme.marker_places(True)) == 2 * len(theme.BANDS) + 1
