"""What a page is: a question, and a function that draws its answer from an opened run."""

from collections.abc import Callable
from dataclasses import dataclass

from dashboards.data import Opened
from risk_graph.model.shelf import discover


@dataclass(frozen=True)
class View:
    """`id` is the page's address, `order` its place in the menu; the first one is where people arrive."""

    id: str
    title: str
    question: str
    icon: str
    order: int
    draw: Callable[[Opened], None]


def views() -> list[View]:
    """All pages of the shelf, in the order of the menu."""
    found = discover("dashboards.views", "VIEW", View, lambda view: view.id).values()
    return sorted(found, key=lambda view: (view.order, view.id))
