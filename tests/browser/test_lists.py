"""The lists on the supplier page in a real browser: decide, reload, run again, take it back."""

import os
import subprocess
import sys

import pytest

from dashboards.text import JOINER
from risk_graph.act.journal import Journal
from scripts.screenshots import ROOT, serving
from tests.dashboards.listed_project import make_project

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGE = "/supplier?supplier={}&tab=Lists"
EVIL = "<img src=x onerror=alert(1)> ![x](http://evil.example/r.png) [y](javascript:alert(1)) :red[z]"


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    return make_project(tmp_path_factory.mktemp("listed") / "project")


@pytest.fixture(scope="module")
def listed_address(browser, listed):
    with serving(listed) as url:
        yield url


def load(project):
    command = [sys.executable, "-c", "from risk_graph.cli import main; main()", "run", str(project)]
    subprocess.run(command, cwd=ROOT, env=os.environ, check=True, capture_output=True)


def decide(watch, answer, reason, author=""):
    page = watch.page
    page.get_by_role("radio", name=answer, exact=True).check(force=True)
    if author:
        page.get_by_label("Your name").fill(author)
        page.get_by_label("Your name").press("Tab")
    page.get_by_label("Reason", exact=True).fill(reason)
    page.get_by_label("Reason", exact=True).press("Tab")
    page.get_by_role("button", name="Record the decision").click()


def test_decide_reload_run_again_and_take_it_back(watched, listed, listed_address):
    address = listed_address + PAGE.format("S-3")
    watch = watched().go(address)
    watch.wait_for("Nobody has decided about this yet")
    decide(watch, "Not the same", EVIL, "Ann Example")
    watch.wait_for("Entry 1 of the journal")
    watch.wait_for("The run on screen stays as it is")
    assert "? 1 possible match" in watch.words

    again = watched().go(address)
    again.wait_for("Ann Example, ")
    again.wait_for("Counts from the next run")
    again.wait_for("1 entry, each as it was written")
    assert EVIL in again.words.replace(JOINER, "")
    assert again.page.locator("img[src*='evil'], img[src='x'], a[href^='javascript']").count() == 0
    assert again.elsewhere == []

    load(listed)
    again.go(address)
    again.wait_for("Ruled out by a person: 1 entry.")
    again.wait_for("Counts in the run on screen")
    assert "possible match." not in again.words.split("Look closer")[0]

    decide(again, "Take the last decision back", "Wrong register", "Bob Example")
    again.wait_for("Entry 2 of the journal")
    again.wait_for("1 decision about these names was made after this run")
    load(listed)
    again.go(address)
    again.wait_for("? 1 possible match")
    again.wait_for("2 entries, each as it was written")
    assert again.ours == []
    made = [(e.author, e.content["answer"]) for e in Journal("", listed).entries()]
    assert made == [("Ann Example", "not_same"), ("Bob Example", "taken_back")]


def test_two_tabs_that_decide_at_once(watched, listed, listed_address):
    address = listed_address + PAGE.format("S-1")
    first, second = watched().go(address), watched().go(address)
    before = len(Journal("", listed).entries())
    decide(first, "The same", "Same register number", "Ann")
    first.wait_for("of the journal")
    decide(second, "Not the same", "I know them", "Bob")
    second.wait_for("meanwhile Ann decided 'same'")
    assert second.page.get_by_label("Reason", exact=True).input_value() == "I know them"
    assert len(Journal("", listed).entries()) == before + 1


def test_what_is_missing_is_said_and_announced(watched, listed_address):
    watch = watched().go(listed_address + PAGE.format("S-5"))
    watch.page.get_by_role("button", name="Record the decision").click()
    watch.wait_for("A decision needs an answer, your name and a reason")
    assert watch.page.get_by_role("alert").filter(has_text="Not recorded").count() == 1
    assert not watch.page.evaluate("() => [...document.scripts].some(s => s.text.includes('alert(1)'))")
    assert watch.elsewhere == []


def test_the_form_works_with_the_keyboard_alone(watched, listed, listed_address):
    watch = watched().go(listed_address + PAGE.format("S-2"))
    keys = watch.page.keyboard
    watch.page.get_by_role("radio", name="The same", exact=True).focus()
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    keys.press("Tab")
    keys.type("Kim")
    keys.press("Enter")  # records nothing
    keys.press("Tab")
    keys.type("Not sure yet")
    keys.press("Tab")
    keys.press("Enter")
    watch.wait_for("Unsure: Not sure yet")
    assert Journal("", listed).entries()[-1].reason == "Not sure yet"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 900), (430, 900)])
@pytest.mark.parametrize("supplier", ["S-2", "S-6"])
def test_the_tab_is_readable_by_everybody_and_fits(watched, listed_address, scheme, size, supplier):
    watch = watched(scheme)
    watch.page.set_viewport_size({"width": size[0], "height": size[1]})
    watch.go(listed_address + PAGE.format(supplier))
    assert watch.violations() == []
    wide = watch.page.evaluate("() => document.querySelector('[data-testid=\"stMain\"]').scrollWidth")
    assert wide <= size[0]
    assert watch.ours == []
