"""What every store promises."""

import json

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from risk_graph.errors import InputError, NotFoundError, QueryError, StoreError
from risk_graph.model.table import Tables, input_tables, result_tables
from risk_graph.store import GraphStore
from tests.store.conftest import Place
from tests.store.graphs import AWKWARD, identity, inputs, many, results

pytestmark = pytest.mark.slow

COUNT = "MATCH (f:Facility) RETURN count(f) AS n"


def assert_same(found: Tables, expected: Tables) -> None:
    assert list(found) == list(expected)
    for name in expected:
        assert_frame_equal(found[name], expected[name], check_exact=True, obj=name)


def test_what_is_written_is_read_back_exactly(store: GraphStore) -> None:
    generation = store.replace("inputs", inputs(), results())
    snapshot = store.read()
    assert snapshot.generation == generation
    assert_same(snapshot.tables, {**inputs(), **results()})
    assert store.datasets() == ["inputs"]


def test_only_the_asked_tables_are_read(store: GraphStore) -> None:
    store.replace("inputs", inputs(), results())
    assert set(store.read(["flows", "scores"]).tables) == {"flows", "scores"}


def test_absent_tables_are_empty_and_typed(store: GraphStore) -> None:
    store.replace("inputs", {}, {})
    expected = {name: table.empty() for name, table in {**input_tables(), **result_tables()}.items()}
    assert_same(store.read().tables, expected)
    assert store.datasets() == ["inputs"]


def test_an_empty_text_is_a_missing_value(store: GraphStore) -> None:
    tables = inputs()
    tables["suppliers"]["source"] = ""
    store.replace("inputs", tables, {})
    assert store.read(["suppliers"]).tables["suppliers"]["source"].isna().all()


def test_a_match_belongs_to_its_subject(store: GraphStore) -> None:
    store.replace("inputs", inputs(), results())
    asked = (
        "MATCH (f:Facility)-[:HAS_MATCH]->(m:Match) RETURN f.facility_id AS facility, m.subject_id AS subject"
    )
    found = store.query(asked)
    assert sorted(found["facility"]) == sorted(inputs()["facilities"]["facility_id"])
    assert (found["facility"] == found["subject"]).all()
    assert store.query("MATCH (s:Screening) RETURN count(s) AS n")["n"].tolist() == [12]


def test_a_replaced_data_set_is_replaced_whole(store: GraphStore) -> None:
    store.replace("inputs", inputs(count=24), results(count=24))
    store.replace("inputs", inputs(count=12), results(count=12, mark="second"))
    assert_same(store.read().tables, {**inputs(count=12), **results(count=12, mark="second")})
    assert store.query(COUNT)["n"].tolist() == [12]
    assert store.query("MATCH (f:Facility)-[:HAS_FINDING]->(x:Finding) RETURN count(x) AS n")[
        "n"
    ].tolist() == [12]


def test_the_same_content_is_the_same_generation(store: GraphStore) -> None:
    first = store.replace("inputs", inputs(), results())
    assert store.replace("inputs", inputs(), results()) == first
    assert store.replace("inputs", inputs(), results(mark="other")) != first
    assert store.replace("inputs", inputs(), results()) == first
    assert store.query(COUNT)["n"].tolist() == [12]


def test_other_data_sets_are_carried_over(store: GraphStore) -> None:
    store.replace("b", inputs("b-"), results("b-"))
    store.replace("a", inputs("a-"), results("a-"))
    store.replace("b", inputs("b-", 24), results("a-", mark="last"))
    a, b = inputs("a-"), inputs("b-", 24)
    expected = {name: pd.concat([a[name], b[name]], ignore_index=True) for name in a}
    assert store.datasets() == ["a", "b"]
    assert_same(store.read().tables, {**expected, **results("a-", mark="last")})
    by_set = store.query("MATCH (f:Facility) RETURN f.dataset AS d, count(f) AS n ORDER BY d")
    assert by_set.values.tolist() == [["a", 12], ["b", 24]]


def test_flows_may_lead_from_one_data_set_to_another(store: GraphStore) -> None:
    store.replace("a", {"suppliers": inputs("a-")["suppliers"]}, {})
    flows = inputs("b-")["flows"].head(1)
    flows["to_id"] = identity("suppliers", "a-", 0)
    store.replace("b", {**inputs("b-"), "flows": flows}, {})
    found = store.query("MATCH (a)-[r:FLOWS_TO]->(b:Supplier) RETURN a.dataset AS a, b.dataset AS b")
    assert found.values.tolist() == [["b", "a"]]
    with pytest.raises(InputError, match="to_id"):  # the flow would lead nowhere
        store.replace("a", {}, {})
    assert store.datasets() == ["a", "b"]


@pytest.mark.parametrize("name", ["suppliers", "facilities", "products", "flows", "certificates"])
def test_keys_are_unique(store: GraphStore, name: str) -> None:
    first = store.replace("inputs", inputs(), results())
    tables = inputs(count=13)
    tables[name] = pd.concat([tables[name], tables[name].tail(1)])
    with pytest.raises(InputError, match="more than once"):
        store.replace("inputs", tables, results())
    assert store.read(["runs"]).generation == first
    assert_same(store.read().tables, {**inputs(), **results()})


KEYED = [name for name, table in {**input_tables(), **result_tables()}.items() if table.key]


@pytest.mark.parametrize("name", KEYED)
def test_the_database_itself_refuses_a_key_that_occurs_twice(
    store: GraphStore, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = store.replace("inputs", inputs(), results())
    monkeypatch.setattr("risk_graph.store.content._check_keys", lambda content: None)
    tables, found = inputs(count=13), results(count=13)
    side = tables if name in tables else found
    side[name] = pd.concat([side[name], side[name].tail(1)])
    with pytest.raises(StoreError, match=r"(?i)already exists|duplicated|violates"):
        store.replace("inputs", tables, found)
    assert store.read(["runs"]).generation == first
    assert_same(store.read().tables, {**inputs(), **results()})


def test_an_id_is_one_thing_only(store: GraphStore) -> None:
    tables = inputs()
    tables["products"].loc[0, "product_id"] = tables["facilities"]["facility_id"].iloc[0]
    with pytest.raises(InputError, match="facilities, suppliers and products"):
        store.replace("inputs", tables, {})


def test_a_table_that_nobody_declared_is_refused(store: GraphStore) -> None:
    with pytest.raises(InputError, match="nonsense"):
        store.replace("inputs", {"nonsense": pd.DataFrame()}, {})


def test_nothing_loaded_yet(store: GraphStore) -> None:
    assert store.datasets() == []
    for ask in (store.read, lambda: store.query(COUNT)):
        with pytest.raises(NotFoundError, match="risk-graph run"):
            ask()


def test_a_store_that_was_opened_for_reading_does_not_write(place: Place) -> None:
    with place.open(write=False) as store, pytest.raises(StoreError, match="for reading"):
        store.replace("inputs", {}, {})


def test_parameters_are_values_and_never_code(store: GraphStore) -> None:
    store.replace("inputs", inputs(), results())
    for i, text in enumerate(AWKWARD):
        cypher = "MATCH (f:Facility) WHERE f.facility_id = $id RETURN f.name AS name"
        found = store.query(cypher, {"id": identity("facilities", "", i)})
        assert len(found) == 1
        assert store.query("RETURN $text AS text", {"text": text})["text"].tolist() == [text]
    assert store.query(COUNT)["n"].tolist() == [12]


@pytest.mark.parametrize(
    "cypher",
    [
        "CREATE (:Facility {facility_id: 'x'})",
        "MATCH (f:Facility) DETACH DELETE f",
        "MATCH (f:Facility) SET f.name = 'x'",
        "MATCH (f:Facility) REMOVE f.name",
        "MERGE (:Country {code: 'XXX'}) RETURN 1",
        "COPY (MATCH (f:Facility) RETURN f.name) TO 'stolen.csv'",
        "LOAD FROM 'graph/CURRENT' RETURN *",
        "LOAD CSV FROM 'file:///etc/hosts' AS row RETURN row",
        "WITH 1 AS a LOAD CSV FROM 'file:///etc/hosts' AS row RETURN row",
        "WITH 1 AS a // over\r LOAD CSV FROM 'file:///etc/hosts' AS row RETURN row",
        r"WITH 1 AS a L\u004fAD CSV FROM 'file:///etc/hosts' AS row RETURN row",
        r"RETURN '\u0027 AS a UNION LOAD CSV FROM \u0027file:///etc/hosts\u0027 AS a RETURN a //'",
        r"WITH 1 AS a \u0043ALL dbms.listConfig() YIELD name RETURN name",
        "MATCH (f:Facility) /**/ // x\n SET f.name = 'x'",
        "MATCH (f:Facility) CALL (f) { SET f.name = 'x' }",
        "MATCH (f:Facility) INSERT (:Country {code: 'XXX'})",
        "RETURN 1 AS a UNION CALL apoc.load.json('file:///etc/hosts') YIELD value RETURN 1 AS a",
        "RETURN 1 AS a UNION USE system RETURN 1 AS a",
        "EXPORT DATABASE 'stolen'",
        "IMPORT DATABASE 'stolen'",
        "ATTACH 'graph' AS other (dbtype lbug)",
        "INSTALL json",
        "EXPLAIN MATCH (f:Facility) RETURN f",
        "SHOW USERS",
        "MATCH (f:Facility) RETURN f.name; MATCH (f:Facility) DETACH DELETE f",
        "/* MATCH */ DROP TABLE Facility",
        "CALL dbms.listConfig()",
        "",
    ],
)
def test_a_query_only_reads(store: GraphStore, cypher: str) -> None:
    store.replace("inputs", inputs(), results())
    with pytest.raises(QueryError):
        store.query(cypher)
    assert_same(store.read().tables, {**inputs(), **results()})


def test_names_that_look_like_orders_are_fine(store: GraphStore) -> None:
    store.replace("inputs", inputs(), results())
    found = store.query(
        "MATCH (c:Certificate) /* SET */ RETURN 'CREATE; DELETE' AS text, c.status AS `set` LIMIT 1"
    )
    assert found["text"].tolist() == ["CREATE; DELETE"]


@pytest.mark.parametrize(
    "cypher", ["MATCH (f:Facility RETURN f", "MATCH (f:Facility) RETURN g", "RETURN $absent AS x"]
)
def test_what_is_wrong_with_a_query_is_said_in_one_line(store: GraphStore, cypher: str) -> None:
    store.replace("inputs", inputs(), results())
    with pytest.raises(QueryError) as caught:
        store.query(cypher)
    assert "\n" not in str(caught.value)
    assert str(caught.value)


def test_answers_are_typed_and_fit_into_json(store: GraphStore) -> None:
    store.replace("inputs", inputs(), results())
    found = store.query(
        "MATCH p = (s:Supplier)-[r:OPERATES]->(f:Facility) "
        "RETURN s, r, p, f.opened_on AS day, f.latitude AS lat, f.source_row AS row, f.latitude > 0.5 AS yes, "
        "[1, 2] AS list ORDER BY f.ordinal"
    )
    assert found.dtypes.astype(str).tolist()[3:6] == ["str", "float64", "int64"]
    assert found["day"].iloc[0] == inputs()["facilities"]["opened_on"].iloc[0].date().isoformat()
    assert found["s"].iloc[0]["_label"] == "Supplier"
    assert found["r"].iloc[0] == {"_label": "OPERATES"}
    assert [n["_label"] for n in found["p"].iloc[0]["nodes"]] == ["Supplier", "Facility"]
    assert json.dumps(found["p"].iloc[0])


def test_an_answer_that_is_too_long_is_refused(store: GraphStore) -> None:
    store.replace("inputs", *many(400))
    with pytest.raises(QueryError, match="LIMIT"):
        store.query("MATCH (a:Facility) MATCH (b:Facility) RETURN a.name AS a, b.name AS b")


def test_a_query_that_takes_too_long_is_stopped(store: GraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.replace("inputs", *many(400))
    for module in ("database", "neo4j", "neo4j_session"):
        monkeypatch.setattr(f"risk_graph.store.{module}.QUERY_SECONDS", 1.0)
    with pytest.raises(QueryError, match="narrow"):
        store.query(
            "MATCH (a:Facility) MATCH (b:Facility) MATCH (c:Facility) MATCH (d:Facility) "
            "WHERE a.name + b.name + c.name + d.name <> 'x' RETURN count(a.name + b.name + c.name + d.name) AS n"
        )


@pytest.mark.neo4j
@pytest.mark.xdist_group("neo4j")
def test_both_stores_give_the_same_bytes(neo4j_place: Place) -> None:
    with neo4j_place.open() as server, Place("embedded", "graph", neo4j_place.project).open() as folder:
        for store in (server, folder):
            store.replace("b", inputs("b-"), {})
            store.replace("a", inputs("a-", 24), results("a-", 24))
        ours, theirs = folder.read().tables, server.read().tables
        assert_same(theirs, ours)
        assert {n: t.to_csv() for n, t in theirs.items()} == {n: t.to_csv() for n, t in ours.items()}
