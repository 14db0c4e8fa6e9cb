"""The connection to a Neo4j server: settings from the environment, failures as one line without credentials."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import neo4j
from neo4j import exceptions

from risk_graph.errors import QueryError, StoreError
from risk_graph.store.protocol import QUERY_SECONDS
from risk_graph.store.values import one_line

SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
USER, PASSWORD, DATABASE = ("RISK_GRAPH_NEO4J_USER", "RISK_GRAPH_NEO4J_PASSWORD", "RISK_GRAPH_NEO4J_DATABASE")
_CONNECT_SECONDS = 10.0
_MEMORY = "Neo.TransientError.General.MemoryPoolOutOfMemoryError"


@dataclass(frozen=True)
class Connection:
    """An open driver and the database that is meant; `name` is what people may see of the address."""

    driver: neo4j.Driver
    database: str | None
    name: str

    def session(self, *, read_only: bool) -> neo4j.Session:
        mode = neo4j.READ_ACCESS if read_only else neo4j.WRITE_ACCESS
        return self.driver.session(database=self.database, default_access_mode=mode)


def connect(url: str) -> Connection:
    """A connection that answered; StoreError says what to do when there is none."""
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        raise StoreError(f"a store address starts with one of {', '.join(SCHEMES)}")
    if "@" in parts.netloc:
        raise StoreError(
            f"leave the credentials out of the store's address: set {USER} and {PASSWORD} instead"
        )
    user, password = os.environ.get(USER), os.environ.get(PASSWORD)
    if not user or not password:
        raise StoreError(f"set {USER} and {PASSWORD} in the environment to use {parts.hostname}")
    name = f"{parts.scheme}://{parts.netloc}"
    with store_errors(name):
        driver = neo4j.GraphDatabase.driver(
            url,
            auth=(user, password),
            connection_timeout=_CONNECT_SECONDS,
            connection_acquisition_timeout=_CONNECT_SECONDS,
            max_transaction_retry_time=_CONNECT_SECONDS,
            notifications_min_severity="OFF",
        )
        try:
            driver.verify_connectivity()
        except BaseException:
            driver.close()
            raise
    return Connection(driver, os.environ.get(DATABASE) or None, name)


@contextmanager
def store_errors(name: str) -> Iterator[None]:
    """What the driver raises becomes one StoreError; the driver's own text, which may quote, stays behind."""
    try:
        yield
    except exceptions.AuthError:
        raise StoreError(f"{name} refused the log-in: check {USER} and {PASSWORD}") from None
    except (exceptions.ServiceUnavailable, exceptions.SessionExpired, OSError):
        raise StoreError(f"{name} cannot be reached: is the server running?") from None
    except exceptions.ConfigurationError as error:
        raise StoreError(f"{name} is not a usable address: {one_line(error)}") from None
    except exceptions.Neo4jError as error:
        if error.code == _MEMORY:
            raise StoreError(
                f"{name} has too little memory for a load of this size: raise its heap "
                "(about 2 kB a row; docs/store.md); the former graph stays"
            ) from None
        raise StoreError(f"{name}: {error.code}: {_message(error)}") from None
    except exceptions.DriverError as error:
        raise StoreError(f"{name}: {one_line(error)}") from None


@contextmanager
def query_errors() -> Iterator[None]:
    """What is wrong with a query becomes a QueryError."""
    try:
        yield
    except exceptions.Neo4jError as error:
        code = error.code or ""
        if "TransactionTimedOut" in code or "TransactionTerminated" in code:
            raise QueryError(f"the query took more than {QUERY_SECONDS:.0f} s: narrow it down") from None
        if ".Statement." in code or "InvalidBookmark" in code or "Arguments" in code:
            raise QueryError(_message(error)) from None
        raise


def _message(error: exceptions.Neo4jError) -> str:
    return " ".join((error.message or "").split())


def timed_out(error: BaseException) -> bool:
    """Did the server end a transaction because it waited too long?"""
    code: Any = getattr(error, "code", "") or ""
    return any(
        end in code
        for end in (
            "TransactionTimedOut",
            "LockAcquisitionTimeout",
            "TransactionTerminated",
            "LockClientStopped",
        )
    )
