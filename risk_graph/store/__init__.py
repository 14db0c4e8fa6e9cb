"""Where the graph lives. `open_store` gives the store that a project's settings name."""

from pathlib import Path

from risk_graph.errors import StoreError
from risk_graph.store.protocol import GraphStore, Progress, Snapshot, silent

__all__ = ["GraphStore", "Progress", "Snapshot", "open_store", "silent"]


def open_store(url: str, project: Path, *, write: bool) -> GraphStore:
    """The store at `url`: a folder (relative to `project`), or a Neo4j server's address.

    The driver of either is imported when it is opened.
    """
    if "://" in url:
        from risk_graph.store.neo4j import Neo4jStore

        return Neo4jStore(url, write=write)
    if not url.strip():
        raise StoreError("the store's address is empty: name a folder or neo4j://host:7687")
    from risk_graph.store.embedded import EmbeddedStore

    return EmbeddedStore(project / url, write=write)
