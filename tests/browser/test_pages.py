"""The three pages in a real browser: the numbers of the command line, nothing from elsewhere, usable by everybody."""

import csv
import io
import subprocess
import sys

import pytest

from dashboards.text import JOINER
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


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720), (800, 1000)])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_the_window(page, size, watched, address):
    watch = watched()
    watch.page.set_viewport_size({"width": size[0], "height": size[1]})
    watch.go(address + PAGES[page])
    wide = watch.page.evaluate(
        "() => [...document.querySelectorAll('[data-testid=\"stMain\"]')].map(e => e.scrollWidth)"
    )
    assert max(wide) <= size[0]
    labels = watch.page.locator('[data-testid="stMetricLabel"] p, [data-testid="stPageLink-NavLink"] p').all()
    cut = [e.inner_text() for e in labels if e.evaluate("e => e.scrollWidth > e.clientWidth + 1")]
    assert not [text for text in cut if text]


def test_the_back_button_brings_back_the_answer_before(watched, address):
    watch = watched().go(address + PAGES["supplier"])
    watch.page.get_by_label("Supplier", exact=True).first.click()
    watch.page.keyboard.type("Norsk")
    watch.page.keyboard.press("Enter")
    watch.page.wait_for_url("**supplier=sup-norsk-hydro**")
    watch.wait_for("Norsk Hydro:")
    watch.page.go_back()
    watch.wait_for("Aluminum Corporation of China (Chalco):")
    assert "supplier=sup-chalco" in watch.page.url


def test_an_address_opens_the_tab_with_the_input_rows(watched, address, project):
    watch = watched().go(address + PAGES["trace"])
    watch.page.get_by_role("tab", name="Input rows").click()
    watch.page.wait_for_url("**table=Input**")
    again = watched().go(watch.page.url)
    with again.page.expect_download() as download:
        again.page.get_by_role("button", name="Download 9 rows (CSV)").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text())))
    lines = (project / "inputs" / "flows.csv").read_text().splitlines()
    for row in rows:
        assert lines[int(row["row"].rsplit(" ", 1)[1]) - 1].startswith(row["flow_id"])


def test_what_could_stop_or_taint_it_is_said(watched, address):
    watch = watched().go(address + PAGES["trace"])
    watch.wait_for("the largest shares of its metal pass these sites: Chalco Henan Branch refinery (100 %)")
    watch.wait_for("no place with a red flag of its own was found on the way")
    flagged = watched().go(address + "/trace?subject=sup-balco")
    flagged.wait_for(
        "places with a red flag of their own: Bodai-Daldali (Kawardha) mine (20 %, ⚑ OECD-RF-L1)"
    )


def test_from_the_overview_to_a_supplier(watched, address):
    watch = watched().go(address)
    first = watch.page.locator('main [data-testid="stPageLink-NavLink"]').first
    name = first.inner_text().split("\n")[-1]
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
                said = watch.words.replace(JOINER, "")
                assert "![x](http://evil.example/p.png)" in said
                assert ":material/home: a -> b" in said or "trace" in page
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
