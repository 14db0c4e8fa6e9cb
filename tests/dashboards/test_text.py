"""Words and numbers: units, plurals, and text that stays text."""

from datetime import date

import pandas as pd
import pytest

from dashboards.answers import names, origins
from dashboards.text import JOINER, UNIT, count, day, isolated, listed, md, percent, tonnes
from risk_graph.trace.origins import trace


def said(text):
    return text.replace(UNIT, " ")


@pytest.mark.parametrize(
    ("value", "words"),
    [(70.0, "70.0 t"), (12_000.0, "12.0 kt"), (999_999.0, "1.0 Mt"), (43_215_481.0, "43.2 Mt"), (0.0, "0.0 t"),
     (0.01, "under 0.1 t")],
)  # fmt: skip
def test_tonnes(value, words):
    assert said(tonnes(value)) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "0 %"), (1.0, "100 %"), (0.1714, "17 %"), (0.0001, "under 0.1 %"), (0.99999, "over 99.9 %"),
     (0.004, "0.4 %"), (0.996, "99.6 %"), (0.999999999999, "100 %")],
)  # fmt: skip
def test_a_share_is_neither_rounded_away_nor_to_the_whole(value, words):
    assert said(percent(value)) == words


def test_singular_and_plural():
    assert (count(1, "supplier"), count(2, "supplier")) == ("1 supplier", "2 suppliers")
    assert count(1234, "facility", "facilities") == "1,234 facilities"
    assert listed(["a", "b", "c"]) == "a, b and c"


def test_missing_is_empty():
    assert md(None) == md(float("nan")) == md(pd.NaT) == md(pd.NA) == day(pd.NaT) == ""
    assert day(pd.Timestamp(2026, 6, 30)) == day(date(2026, 6, 30)) == "2026-06-30"


@pytest.mark.parametrize(
    "text",
    [
        "![x](http://evil/p.png)",
        "[a](b)",
        "`c`",
        "$x$",
        ":red[y]",
        "<b>",
        "a\n# title",
        "http://evil",
        "_a_ *b* ~c~",
    ],
)
def test_markup_is_escaped(text):
    escaped = md(text)
    assert "\n" not in escaped
    for at, sign in enumerate(escaped):
        if sign in "`*_[]()#<>!$~:":
            assert escaped[at - 1] == "\\", escaped


@pytest.mark.parametrize(
    ("text", "signs"),
    [(":material/home:", ":m"), (":streamlit:", ":s"), ("a -> b", "->"), ("a <- b", "<-"), ("a ---- b", "--"),
     ("a >= b <= c ~= d", "=")],
)  # fmt: skip
def test_signs_that_streamlit_reads_in_finished_text_are_parted(text, signs):
    shown = md(text).replace("\\", "")
    assert shown.replace(JOINER, "") == text
    assert signs not in shown.replace(" ", "") or signs == "="
    assert ">=" not in shown


def test_no_name_turns_the_number_beside_it():
    assert isolated("\u202e0.07") == "0.07"
    assert isolated("\u05d7\u05d1\u05e8\u05d4") == "\u2068\u05d7\u05d1\u05e8\u05d4\u2069"
    assert isolated("Alcoa") == "Alcoa"
    assert md("\u202eevil") == "evil"


def test_the_answer_of_the_worked_example(session):
    known, unknown = origins.sentences(trace(session.network, "B"), names.names_of(session))
    assert said(known) == (
        "Of 70.0 t of contained metal, 30.0 t (43 %) come from Mine one, 18.0 t (26 %) from Mine two and 10.0 t (14 %) "
        "from Scrap collection."
    )
    assert said(unknown) == "12.0 t (17 %) are of unknown origin, last known at Refinery."


def test_evidence_is_told_with_names():
    told = {"m.1": "Mine", "r": "Refinery"}
    text = "m.1: Place is listed. Way: m.1 > r. [facilities.csv row 3]"
    assert names.with_names(text, "m.1", told) == "Place is listed. Way: Mine → Refinery."
    cold = "96.8 % has no origin. The trail goes cold first at r. Way: r."
    assert names.with_names(cold, "r", told) == "96.8 % has no origin. The trail goes cold first at Refinery."


def test_what_is_missing_is_told_with_names():
    text = "Place of m:1: it is not known. Origin of 4.0 % of the metal."
    assert (
        names.places_named(text, {"m:1": "Mine"})
        == "Place of Mine: it is not known. Origin of 4.0 % of the metal."
    )
    assert names.where("Mine", 0) == "Mine, a site of its own"
    assert names.where("Mine", 2) == "Mine, 2 steps up the chain"


def test_a_sentence_shortens_a_name_and_a_table_does_not():
    told = {"a": "name " * 40}
    assert len(names.spoken(told, "a")) <= names.LONG
    assert names.where("Mine", 1) == "Mine, 1 step up the chain"
