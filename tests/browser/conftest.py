"""One real server on the bundled real chain, one real browser."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from scripts.screenshots import ARGUMENTS, ROOT, chromium, load_project, serving
from tests.browser.watch import Watched, watch


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = chromium()
    if found is None:
        reason = "no Chromium on this machine: apt-get install chromium"
        if os.environ.get("RISK_GRAPH_NOTHING_SKIPPED") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return load_project(ROOT / "data" / "aluminium", tmp_path_factory.mktemp("browser"))


@pytest.fixture(scope="session")
def address(browser: Browser, project: Path) -> Iterator[str]:
    with serving(project) as url:
        yield url


@pytest.fixture
def watched(browser: Browser) -> Iterator[Callable[..., Watched]]:
    """Opens watched pages; all are closed afterwards, for each map that stays open draws on."""
    opened: list[Watched] = []

    def open_page(scheme: str = "light") -> Watched:
        opened.append(watch(browser, scheme))
        return opened[-1]

    yield open_page
    for one in opened:
        one.page.close()
