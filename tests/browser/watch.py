"""A page that notes what it asks for and what goes wrong in it."""

from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from scripts.screenshots import settle

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@dataclass
class Watched:
    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    received: list[int] = field(default_factory=list)

    @property
    def elsewhere(self) -> list[str]:
        """Requests that leave this machine."""
        inside = ("http://127.0.0.1:", "data:", "blob:", "ws://127.0.0.1:")
        return [url for url in self.requests if not url.startswith(inside)]

    @property
    def ours(self) -> list[str]:
        """Console errors, without Streamlit's own probing for its endpoints below a page's address."""
        return [e for e in self.errors if "404" not in e]

    @property
    def words(self) -> str:
        return self.page.inner_text('[data-testid="stMain"]').replace("\u00a0", " ")

    def go(self, url: str) -> "Watched":
        self.page.goto(url)
        settle(self.page)
        return self

    def wait_for(self, words: str) -> None:
        self.page.wait_for_function(
            "words => document.body.innerText.replaceAll('\\u00a0', ' ').includes(words)",
            arg=words,
            timeout=30_000,
        )

    def violations(self) -> list[str]:
        found = Axe().run(self.page, options=AXE).response["violations"]
        return [f"{v['id']} ({v['impact']}): {v['nodes'][0]['html'][:200]}" for v in found]


def watch(browser: Browser, scheme: str) -> Watched:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    found = Watched(page)
    page.on("request", lambda request: found.requests.append(request.url))
    page.on("console", lambda said: found.errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: found.errors.append(str(error)))
    page.on("websocket", lambda ws: ws.on("framereceived", lambda data: found.received.append(len(data))))
    return found
