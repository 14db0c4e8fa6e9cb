"""What a run found, in words that a buyer understands. A red flag is a reason to look closer."""

from collections import Counter

import pandas as pd

from risk_graph.act.noted import CODE as LOST_JOURNAL
from risk_graph.act.show import count
from risk_graph.assess.facts import PROJECT
from risk_graph.assess.rule import WORDS, rules
from risk_graph.assess.scorer import NOT_ASSESSED, OVERALL
from risk_graph.assess.scorer_file import parse_scorer
from risk_graph.model.chain import Chain
from risk_graph.model.table import Tables
from risk_graph.trace.origins import Trace

_SHOWN = 5
_FLAGS_SHOWN = 10
_ABOUT_PLACES = ("OECD-RF-L1", "OECD-RF-L2", "OECD-RF-L3", "UFLPA-ENT", "UFLPA-XUAR")


def summary(tables: Tables, results: Tables) -> list[str]:
    """Lines about what was loaded, what is wrong with it, what was found and what matters most."""
    run = results["runs"].iloc[0]
    days = "every flow"
    if pd.notna(run["period_start"]):
        days = f"flows of {run['period_start']:%Y-%m-%d} to {run['period_end']:%Y-%m-%d}"
    lines = [f"{run['project']}: as of {run['as_of']:%Y-%m-%d}, {days}, run {run['run_id']}", ""]
    counts = [count(len(tables[name]), *word) for name, word in _LOADED.items() if len(tables[name])]
    lines += ["Loaded: " + ", ".join(counts) + ".", *_problems(results["issues"], results["incomplete"]), ""]
    lines += [
        *_coverage(results["exposures"], tables),
        "",
        *_flags(results["findings"], results["rules"], tables),
        "",
    ]
    lines += [*screened(results, tables), ""]
    return [*lines, *_first(results, tables)]


def trace_summary(found: Trace, chain: Chain) -> list[str]:
    """Lines about a trace beside its rows: how much is unknown, and what the figures rest on."""
    low, value, high = (f"{100 * v:.1f}" for v in vars(found.unknown).values())
    lines = [
        f"{found.subject.name}: {found.subject.mass_t:,.1f} t of contained metal, {value} % of unknown origin "
        f"({low} to {high} %)."
    ]
    if chain.unverified:
        lines.append(f"Not verified (working assumptions of the chain): {', '.join(chain.unverified)}.")
    if found.incomplete:
        rows = count(found.incomplete, "rejected input row names", "rejected input rows name")
        lines.append(f"Incomplete: {rows} this subject or a node upstream of it.")
    return lines


def _problems(issues: pd.DataFrame, incomplete: pd.DataFrame) -> list[str]:
    if not len(issues):
        return ["No problem was found in the input."]
    levels = Counter(issues["level"])
    said = ", ".join(count(levels[level], *word) for level, word in _LEVELS.items() if levels[level])
    lines = [f"Input: {said}. `risk-graph validate` lists them all."]
    examples = int((issues["code"] == "example-row").sum())
    if examples:
        lines.append(
            f"{count(examples, 'invented example row')} of the template in your files: delete them, for the answers count them as real."
        )
    lines += list(issues.loc[issues["code"] == LOST_JOURNAL, "message"])
    if len(incomplete):
        lines.append(
            f"Rejected rows name {count(len(incomplete), *_SUBJECTS)}: nothing about them, or "
            "downstream of them, is called clear."
        )
    return lines


_SUBJECTS = ("supplier, site or product", "suppliers, sites or products")
_LOADED = {
    "suppliers": ("supplier", "suppliers"),
    "facilities": ("facility", "facilities"),
    "products": ("product", "products"),
    "flows": ("flow", "flows"),
    "certificates": ("certificate", "certificates"),
    "ownership": ("ownership share", "ownership shares"),
}
_LEVELS = {"error": ("error", "errors"), "warning": ("warning", "warnings"), "info": ("note", "notes")}


def _coverage(exposures: pd.DataFrame, tables: Tables) -> list[str]:
    products = exposures[exposures["subject_id"].isin(tables["products"]["product_id"])]
    if not len(products):
        return [
            "No product is declared: name what you buy in products.csv to see where its metal comes from."
        ]
    mass = products["mass_t"].sum()
    unknown = (products["mass_t"] * products["unknown"]).sum()
    if not mass:
        return ["No flow reaches a product: the origin of everything bought is unknown."]
    lines = [
        f"Of {mass:,.0f} t of contained metal in {count(len(products), *_LOADED['products'])}, {mass - unknown:,.0f} t "
        f"({100 * (1 - unknown / mass):.0f} %) lead to a declared origin; the origin of {unknown:,.0f} t "
        f"({100 * unknown / mass:.0f} %) is unknown."
    ]
    if modelled := (products["mass_t"] * products["modelled"]).sum():
        lines.append(
            f"Of what leads to an origin, {modelled:,.0f} t ({100 * modelled / mass:.0f} % of all) do so only over flows "
            "whose quantity is modelled, not declared (`risk-graph trace --without-modelled` leaves them out)."
        )
    if silent := int((products["mass_t"] <= 0).sum()):
        lines.append(
            f"For {silent:,} of these products no tonnage is declared: the origin is wholly unknown."
        )
    return lines


def _flags(findings: pd.DataFrame, applied: pd.DataFrame, tables: Tables) -> list[str]:
    suppliers = findings[findings["subject_id"].isin(tables["suppliers"]["supplier_id"])]
    lines = [f"{'Suppliers by rule':<58}" + "".join(f"{word:>16}" for word in WORDS.values())]
    asked = set(suppliers["rule"])
    for id_, rule in rules().items():
        if id_ not in asked:
            continue
        counts = Counter(suppliers.loc[suppliers["rule"] == id_, "truth"])
        title = f"{id_}  {rule.title}"
        lines.append(f"{title[:57]:<58}" + "".join(f"{counts[letter]:>16,}" for letter in WORDS))
    silent = suppliers[
        (suppliers["truth"] == "F") & suppliers["missing"].notna() & (suppliers["missing"] != "")
    ]
    if len(silent):
        lines.append(
            f"  Of those with no flag found, {silent['subject_id'].nunique()} have sites whose deliveries nobody "
            "declared: nothing is said of these sites."
        )
    lines += _of_project(findings, applied)
    flagged = _flagged(suppliers, tables)
    return [*lines, "", *flagged] if flagged else lines


def _of_project(findings: pd.DataFrame, applied: pd.DataFrame) -> list[str]:
    """What rules say of the project as a whole, in as few lines as there are answers."""
    whole = findings[findings["subject_id"] == PROJECT]
    idle = applied.loc[applied["state"] == "not applicable", "rule"]
    later = applied.loc[applied["state"] == "not yet in force", "rule"]
    lines = (
        [f"Not applicable to this metal (`risk-graph regimes` says why): {', '.join(idle)}."]
        if len(idle)
        else []
    )
    lines += [f"Not yet in force, answered all the same: {', '.join(later)}."] if len(later) else []
    whole = whole[~whole["rule"].isin(idle)]
    for letter, word in WORDS.items():
        found = whole.loc[whole["truth"] == letter, "rule"]
        if len(found):
            lines.append(f"For the project as a whole, {word}: {', '.join(found)}.")
    return lines


def _flagged(suppliers: pd.DataFrame, tables: Tables) -> list[str]:
    """Who has a red flag about a place, and where it is: reasons to look closer."""
    names = tables["suppliers"].set_index("supplier_id")["name"]
    flags = suppliers[(suppliers["truth"] == "T") & suppliers["rule"].isin(_ABOUT_PLACES)]
    lines = ["Red flags about places and listed entities: reasons to look closer"] if len(flags) else []
    for row in flags.head(_FLAGS_SHOWN).itertuples():
        where = f"{count(row.hops, 'flow')} upstream, at" if row.hops else "at its own"
        lines.append(f"  {names[row.subject_id]!s:<40.40} {row.rule}: {where} {row.witness_id}")
    if len(flags) > _FLAGS_SHOWN:
        lines.append(f"  and {len(flags) - _FLAGS_SHOWN} more (`risk-graph findings` lists them all)")
    return lines


def screened(results: Tables, tables: Tables) -> list[str]:
    """Who may be on a list, against which lists and editions, and against which not."""
    lists = results["screenings"]
    done, rest = lists[lists["state"] == "screened"], lists[lists["state"] != "screened"]
    if not len(done):
        return [
            "Not screened against any list of entities: none is at hand. `risk-graph sources list` names them. "
            "Nothing is said of anybody's being listed."
        ]
    suppliers = results["matches"][results["matches"]["subject_id"].isin(tables["suppliers"]["supplier_id"])]
    by_outcome = suppliers.groupby("outcome")["subject_id"].agg(set).to_dict()
    match, possible = by_outcome.get("match", set()), by_outcome.get("possible", set())
    weaker = by_outcome.get("linked", set()) | by_outcome.get("possibly_linked", set())
    blank = by_outcome.get("not_screened", set())
    against = "; ".join(f"{row.title}, edition {row.edition}" for row in done.itertuples())
    lines = [
        f"Screened against {against}: {count(len(match), 'supplier matches', 'suppliers match')}, "
        f"{len(possible - match):,} more may (a person must look), {len(weaker - match - possible):,} more are owned by "
        "one that does or may. `risk-graph screen` lists them; no match found is not cleared."
    ]
    if blank:
        lines.append(f"  {count(len(blank), 'supplier')} could not be screened: nothing to compare.")
    if len(rest):
        lines.append("Not screened against " + "; ".join(rest["title"]) + ".")
    if not len(tables["ownership"]):
        lines.append("No owner is declared: nobody's owners were screened.")
    return lines


def _first(results: Tables, tables: Tables) -> list[str]:
    """The suppliers of metal with most that is proven, whatever else is unknown about them."""
    names = tables["suppliers"].set_index("supplier_id")["name"]
    moved = results["exposures"].loc[results["exposures"]["mass_t"] > 0, "subject_id"]
    scores = results["scores"][results["scores"]["theme"] == OVERALL]
    overall = scores[scores["subject_id"].isin(names.index) & scores["subject_id"].isin(moved)]
    ranked = overall.sort_values(["low", "high", "subject_id"], ascending=[False, False, True])
    lines = ["Most that is proven (score 0 to 100: at least, at most; share of the metal that facts cover)"]
    for row in ranked.head(_SHOWN).itertuples():
        lines.append(
            f"  {names[row.subject_id]!s:<40.40} at least {row.low:5.1f}, at most {row.high:5.1f}; "
            f"{100 * row.coverage:3.0f} % covered"
        )
    if not len(overall):
        return []
    blind = int((overall["band"] == NOT_ASSESSED).sum())
    if blind:
        lines.append(
            f"  {blind} of {len(overall)} suppliers that move metal are not assessed: too little is known. "
            "That is not the same as low."
        )
    return [*lines, *_without_layer(results)]


def _without_layer(results: Tables) -> list[str]:
    """The themes of which the run had no layer, and those of which it had some."""
    scorer = parse_scorer(str(results["runs"]["scorer_toml"].iat[0]))
    at_hand = set(results["layers"]["layer"])
    themes = [(t.title, t.layers & at_hand, t.layers - at_hand) for t in scorer.themes]
    none = [title for title, there, lacks in themes if lacks and not there]
    part = [f"{title} (not {', '.join(sorted(lacks))})" for title, there, lacks in themes if there and lacks]
    lines = []
    if none:
        lines.append(f"  Not assessed for anybody, for no layer of them is at hand: {'; '.join(none)}.")
    if part:
        lines.append(
            f"  Assessed by some of their layers: {'; '.join(part)}. `risk-graph sources list` names more."
        )
    return lines
