"""What other processes do to a store in the tests: `python -m tests.store.worker JOB URL PROJECT ...`."""

import sys
from pathlib import Path

from risk_graph.store import neo4j_write, open_store
from tests.store.graphs import many

COUNTS = "MATCH (f:Facility)-[r:FLOWS_TO]->() RETURN count(r) AS flows, count(DISTINCT f.name) AS names"
LABELLED = (
    "MATCH (f:Facility) RETURN count(f) AS n",
    "MATCH (:Facility)-[r:FLOWS_TO]->() RETURN count(r) AS n",
    "MATCH (f:Facility)-[:HAS_FINDING]->(x:Finding) RETURN count(x) AS n",
)
QUERIES = (*LABELLED, "MATCH ()-[r:FLOWS_TO]->() RETURN count(r) AS n")


def load(url: str, project: str, count: str, mark: str, few_rows: str = "50000") -> None:
    """Announce each step, so that a test can end the process in the middle of one."""
    neo4j_write.FEW_ROWS = int(few_rows)
    with open_store(url, Path(project), write=True) as store:
        tables, results = many(int(count), mark)
        store.replace("inputs", tables, results, lambda step: print(step, flush=True))
    print("done", flush=True)


def watch(url: str, project: str, looks: str, enough: str, counts: str) -> None:
    """Read until `enough` is there, a byte in `looks` each time; end with 1 at the first thing that is neither the
    old nor the new graph.
    """
    allowed = {int(count) for count in counts.split(",")}
    with (
        open_store(url, Path(project), write=False) as store,
        Path(looks).open("wb", buffering=0) as seen_once,
    ):
        print("watching", flush=True)
        while not Path(enough).exists():
            tables = store.read().tables
            seen = {len(tables[name]) for name in ("facilities", "flows", "findings")}
            marks = {*tables["facilities"]["name"], *tables["flows"]["material"], *tables["findings"]["rule"]}
            answers = {int(store.query(query)["n"].iloc[0]) for query in QUERIES}
            both = store.query(COUNTS).iloc[0]
            if len(seen) != 1 or len(marks) != 1 or not (seen | answers | {int(both["flows"])}) <= allowed:
                sys.exit(f"half a graph: {seen} {marks} {answers} {both.to_dict()}")
            if int(both["names"]) != 1:
                sys.exit(f"two graphs in one answer: {both.to_dict()}")
            seen_once.write(b".")


if __name__ == "__main__":
    (load if sys.argv[1] == "load" else watch)(*sys.argv[2:])
