"""The three pages in a real browser: the numbers of the command line, nothing from elsewhere, usable by everybody."""

import csv
import io
import subprocess
import sys

import pytest

from scripts.screenshots import ROOT, load_project, serving
from tests.dashboards.runs import EVIL

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = {
    "overview": "/",
    "supplier": "/supplier?supplier=sup-chalco",
    "trace": "/trace?subject=prod-chalco-henan-alumina",
}
MOST_BYTES = 2_000_000


def command(*arguments):
    code = "from risk_graph.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_readable_by_everybody_and_asks_nobody_else(page, scheme, watched, address):
    watch = watched(scheme).go(address + PAGES[page])
    assert watch.elsewhere == []
    assert watch.ours == []
    assert "went wrong" not in watch.words
    assert watch.violations() == []
    assert sum(watch.received) < MOST_BYTES


def test_the_page_is_served_with_a_strict_policy(browser, address):
    page = browser.new_page()
    answer = page.goto(address)
    headers = answer.all_headers()
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "unsafe-eval" not in headers["content-security-policy"].replace("wasm-unsafe-eval", "")
    assert headers["x-content-type-options"] == "nosniff"
    page.close()


def test_the_overview_has_the_numbers_of_the_run(watched, address, project):
    words = watched().go(address).words
    rows = list(
        csv.DictReader(io.StringIO(command("findings", project, "--rule", "OECD-RF-L1", "--format", "csv")))
    )
    suppliers = {
        r["supplier_id"]
        for r in csv.DictReader(io.StringIO((project / "inputs" / "suppliers.csv").read_text()))
    }
    flags = sum(r["truth"] == "T" and r["subject_id"] in suppliers for r in rows)
    assert f"{flags} of {len(suppliers)} suppliers have a red flag" in words


def test_the_trace_has_the_numbers_of_the_command_line(watched, address, project):
    text = command("trace", project, "prod-chalco-henan-alumina", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    unknown = sum(float(r["share"]) for r in rows if r["kind"] == "unknown")
    first = rows[0]
    watch = watched().go(address + PAGES["trace"])
    assert (
        f"{float(first['mass_t']) / 1000:,.1f} kt ({100 * float(first['share']):.0f} %) come from"
        in watch.words
    )
    assert f"({100 * unknown:.0f} %" in watch.words
    with watch.page.expect_download() as download:
        watch.page.get_by_role("button", name=f"Download {len(rows)} rows (CSV)").click()
    assert download.value.path().read_text() == text


def test_choosing_changes_the_answer_and_the_address(watched, address):
    watch = watched().go(address + PAGES["trace"])
    watch.page.get_by_label("Sum origins by").click()
    watch.page.get_by_role("option", name="country").click()
    watch.page.wait_for_url("**by=country**")
    watch.page.get_by_text("Without modelled flows").click()
    watch.wait_for("(100 %) are of unknown origin")
    again = watched().go(watch.page.url)
    assert "(100 %) are of unknown origin" in again.words


def test_clicking_a_place_of_the_flow_chart_tells_about_it(watched, address):
    watch = watched().go(address + PAGES["trace"])
    chart = watch.page.locator('[data-testid="stEChartsChart"]').first
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    for down in range(40, int(box["height"]) - 20, 14):
        watch.page.mouse.click(box["x"] + 13, box["y"] + down)
        watch.page.wait_for_timeout(700)
        if "of the metal comes from here" in watch.words or "is of unknown origin." in watch.words:
            break
    assert "of the metal comes from here" in watch.words or "of the metal is of unknown origin" in watch.words


def test_from_the_overview_to_a_supplier(watched, address):
    watch = watched().go(address)
    first = watch.page.locator('main [data-testid="stPageLink-NavLink"]').first
    name = first.inner_text().split("\n")[-1].rsplit(" (", 1)[0]
    first.click()
    watch.page.wait_for_url("**/supplier?supplier=*")
    watch.wait_for(f"{name}:")


def test_names_from_data_stay_names(watched, tmp_path):
    folder = load_project(ROOT / "tests" / "fixtures" / "oracles" / "trace_loop", tmp_path)
    inputs = folder / "inputs"
    evil = EVIL.replace('"', "'")
    for name, was in (
        ("suppliers.csv", "Supplier two"),
        ("facilities.csv", "Mine two"),
        ("products.csv", "Product"),
    ):
        path = inputs / name
        path.write_text(path.read_text().replace(f",{was},", f',"{evil}",'))
    command("run", folder, "--as-of", "2026-06-30")
    with serving(folder) as url:
        for page in ("/", "/supplier?supplier=S2", "/trace?subject=B", "/trace?subject=S2"):
            watch = watched().go(url + page)
            assert watch.elsewhere == []
            assert watch.page.locator('img[src*="evil"]').count() == 0
            assert all(
                a.startswith("http://evil") for a in watch.page.locator('a[href*="evil"]').all_inner_texts()
            )
            assert not watch.page.evaluate(
                "() => [...document.scripts].some(s => s.text.includes('alert(1)'))"
            )
            if "S2" in page:
                assert "![x](http://evil.example/p.png)" in watch.words
            watch.page.close()


def test_it_works_while_a_load_runs_elsewhere(watched, tmp_path):
    folder = load_project(ROOT / "data" / "aluminium", tmp_path)
    flows = folder / "inputs" / "flows.csv"
    with serving(folder) as url:
        watch = watched().go(url)
        before = watch.words
        lines = flows.read_text().splitlines(keepends=True)
        flows.write_text("".join(line for line in lines if "prod-nalco" not in line))
        load = subprocess.Popen(
            [sys.executable, "-c", "from risk_graph.cli import main; main()", "run", str(folder)],
            cwd=ROOT,
            stderr=subprocess.DEVNULL,
        )
        looks = 0
        while load.poll() is None:
            watch.go(url)
            looks += 1
            assert "cannot be read" not in watch.words
            assert "went wrong" not in watch.words
        assert load.returncode == 0
        assert looks
        assert watch.go(url).words != before
        assert watch.ours == []
