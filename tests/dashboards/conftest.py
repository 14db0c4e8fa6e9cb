import pytest

from risk_graph.session import Session
from tests.dashboards.runs import example


@pytest.fixture(scope="session")
def session() -> Session:
    return example()
