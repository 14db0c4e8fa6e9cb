"""What if: the answer is that of editing the files and running again, for each kind of change; nothing is stored."""

import shutil

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_graph.assess.scorer_file import scorers
from risk_graph.errors import InputError, NotFoundError
from risk_graph.model.graph import build_graph
from risk_graph.runs import change
from risk_graph.trace.network import prepare
from tests.cli.helpers import no_traceback, risk_graph
from tests.conftest import read_tables
from tests.runs.chain import edit, kept, rows_of, run, write_chain


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = write_chain(tmp_path_factory.mktemp("whatif") / "project")
    run(folder)
    return folder


def drop(column, *gone):
    return lambda t: t[~t[column].isin(gone)]


def put(column, value, key, *ids):
    def changed(table):
        table.loc[table[key].isin(ids), column] = value
        return table

    return changed


def remake(project, tmp_path, *edits):
    folder = tmp_path / "edited"
    shutil.copytree(project, folder, ignore=shutil.ignore_patterns("graph", "runs"))
    for name, made in edits:
        edit(folder, name, made)
    return folder


def compare(project, edited, options, found, columns=("low", "value", "high", "word")):
    before = kept(project, run(project))
    after = kept(edited, run(edited, *options))
    after = after[~change.is_invented(after.index.get_level_values("subject_id"))]
    every = before.index.union(after.index)
    b, a = before.reindex(every), after.reindex(every)
    same = ((a[["low", "value", "high"]] - b[["low", "value", "high"]]).abs() < 1e-9).all(axis=1)
    same &= a["word"] == b["word"]
    assert set(found.index) == set(every[~same])
    assert len(found) > 3
    for side, frame in (("before", before), ("after", after)):
        for column in columns:
            name = {"low": f"{side}_low", "value": side, "high": f"{side}_high", "word": f"{side}_word"}[
                column
            ]
            expected = frame[column].reindex(found.index)
            if column == "word":
                assert (found[name] == expected.fillna("")).all()
            else:
                np.testing.assert_allclose(found[name].astype(float), expected, atol=1e-9, equal_nan=True)


def split(table):
    moved = table[table["flow_id"] == "L4"].assign(flow_id="L4b", from_id="R4", mass="250")
    table.loc[table["flow_id"] == "L4", "mass"] = "750"
    return pd.concat([table, moved])


KINDS = {
    "replace a facility": (
        ["--replace", "R2=R4"],
        [
            ("facilities", drop("facility_id", "R2")),
            ("flows", put("from_id", "R4", "flow_id", "L5")),
            ("suppliers", lambda t: pd.concat([t, pd.DataFrame([{"supplier_id": "elsewhere instead of R2", "name": "x", "country": "CHE"}])])),
            ("flows", put("to_id", "elsewhere instead of R2", "flow_id", "L2")),
        ],
        [],
    ),
    "replace a supplier": (
        ["--replace", "S2=S4"],
        [
            ("facilities", drop("supplier_id", "S2")),
            ("suppliers", drop("supplier_id", "S2")),
            ("flows", put("from_id", "R4", "flow_id", "L5")),
            ("flows", drop("flow_id", "L2")),
        ],
        [],
    ),
    "reroute": (["--reroute", "SM:S1:S4=0.25"], [("flows", split)], []),
    "the day": (["--as-of", "2025-03-01"], [], ["--as-of", "2025-03-01"]),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_what_if_says_what_editing_and_running_again_says(project, tmp_path, kind):
    options, edits, run_options = KINDS[kind]
    found = rows_of("whatif", project, *options)
    compare(project, remake(project, tmp_path, *edits), run_options, found)


@pytest.mark.slow
def test_removing_says_what_a_supplier_of_unknown_origin_in_its_place_would(project, tmp_path):
    """The files cannot hold a supplier without country: its own place widens a lower bound and nothing else."""
    stand_in = pd.DataFrame([{"supplier_id": "undeclared instead of S2", "name": "x", "country": "CHE"}])
    edits = [
        ("facilities", drop("supplier_id", "S2")),
        ("suppliers", lambda t: pd.concat([t[t["supplier_id"] != "S2"], stand_in])),
        ("flows", put("from_id", "undeclared instead of S2", "flow_id", "L5")),
        ("flows", drop("flow_id", "L2")),
    ]
    found = rows_of("whatif", project, "--remove", "S2")
    compare(project, remake(project, tmp_path, *edits), [], found, ("value", "high", "word"))
    share = found.loc[("SM", "unknown_share", "", "")]
    assert share["after"] > share["before"]  # it does not improve what is unknown


@pytest.mark.slow
def test_an_expired_certificate_says_what_the_edited_table_says(project, tmp_path):
    """Whatever a certificate lowers: nothing, if the scorer reads none."""
    done = risk_graph("whatif", project, "--expire", "C1=2025-01-01", "--format", "csv")
    assert done.exit_code == 0, done.stderr
    found = rows_of("whatif", project, "--expire", "C1=2025-01-01")
    edited = remake(
        project, tmp_path, ("certificates", put("expires_on", "2025-01-01", "certificate_id", "C1"))
    )
    before, after = kept(project, run(project)), kept(edited, run(edited))
    every = before.index.union(after.index)  # some rules name whom they are about, and are about others then
    before, after = before.reindex(every), after.reindex(every)
    moved = (before[["low", "value", "high"]] - after[["low", "value", "high"]]).abs().max(axis=1) > 1e-9
    assert set(found.index) == set(every[moved | (before["word"].fillna("") != after["word"].fillna(""))])
    assert "C1 ends on 2025-01-01" in done.stderr


@pytest.mark.slow
def test_an_expired_certificate_no_longer_lowers_what_it_lowered(tmp_path):
    folder = write_chain(tmp_path / "certified", 'scorer = "own.toml"\n')
    (folder / "own.toml").write_text(
        scorers()["places"].text.replace('"places"', '"own"')
        + '\n[[standards]]\nstandard = "ASI PS"\nsource = "made up"\nverified = false\n'
        + "[standards.lowers]\ngovernance = { points = 10, floor = 5 }\n"
    )
    found = rows_of("whatif", folder, "--expire", "C1=2025-01-01")
    residual = found.xs("residual", level="measure")[["difference_low", "difference", "difference_high"]]
    assert (residual >= 0).all(axis=None)
    assert residual.xs("governance", level="theme").loc["SM"].max(axis=None) > 0
    assert "score" not in found.index.get_level_values("measure")  # before certificates nothing differs


@pytest.mark.slow
def test_a_weight_scales_the_others_and_only_the_overall_score_moves(project):
    found = rows_of("whatif", project, "--weight", "conflict=0.65")
    assert set(found.index.get_level_values("theme")) == {"overall"}
    scores = kept(project, run(project))["value"].xs("score", level="measure").droplevel("rule").unstack()
    themes = scores.drop(columns="overall")
    nominal = pd.Series({t: w for t, w in _weights().items() if t in themes})
    weights = nominal * (0.35 / (1 - nominal["conflict"]))
    weights["conflict"] = 0.65
    expected = themes @ weights
    for (subject, *_), row in found.iterrows():
        assert row["after"] == pytest.approx(expected[subject], abs=1e-9)


def _weights():
    return {t.id: t.weight for t in scorers()["places"].themes}


@pytest.mark.slow
def test_a_what_if_changes_nothing_and_knows_the_stored_run(project):
    before = {p: p.read_bytes() for p in project.rglob("*") if p.is_file() and p.name != "lock"}
    done = risk_graph(
        "whatif", project, "--remove", "S1", "--weight", "conflict=0.5", "--as-of", "2026-07-01"
    )
    assert done.exit_code == 0, done.stderr
    assert "Before is the stored run" in done.stderr
    assert "whose need stays" in done.stderr
    assert before == {p: p.read_bytes() for p in project.rglob("*") if p.is_file() and p.name != "lock"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--remove", "Smelter A"], "Near: S3 (Smelter AG)"),
        (["--remove", "P1"], "no supplier or facility 'P1'"),
        (["--replace", "S1=R1"], "part of S1"),
        (["--replace", "R1=SM"], "cannot deliver instead"),
        (["--replace", "R1"], "OLD=NEW"),
        (["--reroute", "SM:S1:S4=1.5"], "share 1.5"),
        (["--reroute", "SM:S4:S1=0.5"], "nothing to reroute"),
        (["--reroute", "SM:S4=0.5"], "BUYER:OLD:NEW"),
        (["--weight", "conflict=2"], "between 0 and 1"),
        (["--weight", "war=0.2"], "themes are"),
        (["--expire", "C"], "Near: C1"),
        (["--as-of", "tomorrow"], "not of the form"),
        ([], "No change"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_with_what_is_near(tmp_path, options, said):
    done = risk_graph("whatif", write_chain(tmp_path / "project"), *options)
    no_traceback(done)
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stdout == ""


@given(
    gone=st.sampled_from(["S1", "S2", "S3", "S4", "M1", "R1", "R2", "R4", "SM", "SX"]),
    scale=st.floats(0.1, 10),
)
def test_removing_lowers_nobodys_unknown_share(tmp_path_factory, aluminium, gone, scale):
    tables = _tables(tmp_path_factory)
    flows = tables["flows"]
    masses = flows["mass"].where(flows["flow_id"] != "L2", flows["mass"] * scale)
    tables["flows"] = flows.assign(mass=masses)
    changed, _ = change.remove(tables, gone)
    before, after = (prepare(build_graph(t, aluminium)) for t in (tables, changed))
    for node in set(before.graph.index) & set(after.graph.index):
        was, now = (n.unknown_share[n.graph.at(node)] for n in (before, after))
        assert (now >= was - 1e-9).all(), (node, was, now)


def _tables(factory):
    folder = factory.mktemp("tables") / "project"
    return read_tables(write_chain(folder) / "inputs")


def test_rerouting_all_and_all_back_is_the_same_chain(tmp_path_factory, aluminium):
    """What was changed can be taken back (T11): the trace is then the same to the bit."""
    tables = _tables(tmp_path_factory)
    there, _ = change.reroute(tables, "SM", "R1", "R4", 1.0)
    back, _ = change.reroute(there, "SM", "R4", "R1", 1.0)
    one, other = (prepare(build_graph(t, aluminium)) for t in (tables, back))
    assert (one.unknown_share == other.unknown_share).all()
    assert (prepare(build_graph(there, aluminium)).unknown_share != one.unknown_share).any()


def test_several_sites_of_a_stage_must_be_told_apart(tmp_path_factory):
    tables = _tables(tmp_path_factory)
    twin = tables["facilities"][tables["facilities"]["facility_id"] == "R4"].assign(facility_id="R5")
    tables["facilities"] = pd.concat([tables["facilities"], twin], ignore_index=True)
    with pytest.raises(InputError, match="name one of R4, R5"):
        change.replace(tables, "R1", "S4")
    with pytest.raises(NotFoundError):
        change.replace(tables, "R1", "nobody")


def test_weights_sum_to_one():
    weights = change.scaled_weights({"a": 0.5, "b": 0.3, "c": 0.2}, {"a": 0.75})
    assert weights == pytest.approx({"a": 0.75, "b": 0.15, "c": 0.1})
    with pytest.raises(InputError, match="sum to"):
        change.scaled_weights({"a": 0.5, "b": 0.5}, {"a": 0.4, "b": 0.4})
