"""Interface 3 and 4 word by word, in exact fractions, from the input tables alone: the reference of the property tests.

Slow and dense on purpose. It shares no line with risk_graph, so that a wrong thought is not made twice.
"""

from datetime import timedelta
from fractions import Fraction

LEVELS = ["verified", "reported", "modelled"]
UNITS = {"t": 1.0, "kt": 1e3, "Mt": 1e6, "kg": 1e-3}
ROUNDING = Fraction(1, 10**12)  # a need that exceeds the input by less than this part of itself is rounding
FAVOURABLE, NOMINAL, UNFAVOURABLE = 0, 1, 2


def absorbed(rows, ends, nodes):
    """x[v] = ends[v] + sum rows[v][u] x[u] over `nodes`, by elimination; every node must leave in the end."""
    nodes = sorted(nodes)
    left = {v: ({u: -p for u, p in rows[v].items() if u in nodes}, ends[v]) for v in nodes}
    for v in nodes:
        left[v][0][v] = left[v][0].get(v, Fraction(0)) + 1
    for k in nodes:
        row, end = left[k]
        row = {u: a / row[k] for u, a in row.items()}
        end = end / left[k][0][k]
        left[k] = (row, end)
        for v in nodes:
            factor = left[v][0].get(k, Fraction(0))
            if v != k and factor:
                mine = dict(left[v][0])
                for u, a in row.items():
                    mine[u] = mine.get(u, Fraction(0)) - factor * a
                left[v] = (mine, left[v][1] - factor * end)
    return {v: left[v][1] for v in nodes}


def reach(rows, start):
    found, todo = set(start), list(start)
    while todo:
        todo = [u for v in todo for u, p in rows[v].items() if p > 0 and u not in found]
        found |= set(todo)
    return found


class Reference:
    """`chain` is the parsed TOML; `tables` lists of dictionaries with dates as dates."""

    def __init__(self, tables, chain, period=None, without_modelled=False, incomplete=None):
        stages = chain["stages"]
        self.suppliers = {s["supplier_id"]: s for s in tables["suppliers"]}
        self.incomplete_ids = incomplete or {}
        self.kind, self.owner, self.stage, self.place = {}, {}, {}, {}
        for f in tables["facilities"]:
            v = f["facility_id"]
            self.kind[v], self.owner[v], self.stage[v], self.place[v] = (
                "facility", f["supplier_id"], f["stage"], (f["country"], f.get("subdivision") or ""),
            )  # fmt: skip
        for p in tables["products"]:
            v = p["product_id"]
            self.kind[v], self.owner[v], self.stage[v], self.place[v] = "product", None, "", ("", "")
        for f in tables["flows"]:
            for v in (f["from_id"], f["to_id"]):
                if v in self.suppliers:
                    country = self.suppliers[v]["country"]
                    self.kind[v], self.owner[v], self.stage[v], self.place[v] = (
                        "supplier",
                        v,
                        "",
                        (country, ""),
                    )
        self.nodes = sorted(self.kind)
        self.origin = {v: stages.get(self.stage[v], {}).get("kind") == "origin" for v in self.nodes}
        self.yields = {v: stages.get(self.stage[v], {}).get("yield", [1, 1, 1]) for v in self.nodes}
        self.flows = [f for f in (self._counted(f, chain, period) for f in tables["flows"]) if f]
        if without_modelled:
            self.flows = [f for f in self.flows if f["level"] < 2]
        self._made = {}

    @staticmethod
    def _counted(flow, chain, period):
        first, last = flow["period_start"], flow["period_end"]
        days = (last - first).days + 1
        inside = sum(
            1 for d in range(days) if not period or period[0] <= first + timedelta(days=d) <= period[1]
        )
        mass = Fraction(flow["mass"]) * Fraction(UNITS[flow["unit"]]) * Fraction(inside, days)
        if not mass:
            return None
        metal = [mass * Fraction(c) for c in chain["materials"][flow["material"]]["content"]]
        return {
            "from": flow["from_id"], "to": flow["to_id"], "metal": metal, "material": flow["material"],
            "level": LEVELS.index(flow.get("evidence") or "reported"),
        }  # fmt: skip

    def _sum(self, v, end, content):
        return sum((f["metal"][content] for f in self.flows if f[end] == v), Fraction(0))

    def own(self, v, bound=NOMINAL):
        """(I, N, U) of step 5 at a bound."""
        into, out, at = {FAVOURABLE: (2, 0, 2), NOMINAL: (1, 1, 1), UNFAVOURABLE: (0, 2, 0)}[bound]
        inflow, need = self._sum(v, "to", into), self._sum(v, "from", out) / Fraction(self.yields[v][at])
        undeclared = max(Fraction(0), need - inflow)
        return inflow, need, undeclared if undeclared > ROUNDING * need else Fraction(0)

    def steps(self, bound=NOMINAL, level=2):
        """P among nodes over flows of that level and stronger, and P[v, UNKNOWN at v]; loops as they are."""
        if (bound, level) in self._made:
            return self._made[bound, level]
        rows, unknown = {}, {}
        for v in self.nodes:
            rows[v], unknown[v] = {}, Fraction(0)
            if self.origin[v]:
                continue
            inflow, _, undeclared = self.own(v, bound)
            if not inflow:
                unknown[v] = Fraction(1)
                continue
            unknown[v] = undeclared / (inflow + undeclared)
            nominal = self._sum(v, "to", 1)
            for f in self.flows:
                if f["to"] == v and f["level"] <= level:
                    part = f["metal"][1] / nominal * (1 - unknown[v])
                    rows[v][f["from"]] = rows[v].get(f["from"], Fraction(0)) + part
        self._made[bound, level] = rows, unknown
        return rows, unknown

    def blur(self):
        """How far floats may be off: an undeclared input that is a tiny part of the need is their rounding, magnified."""
        worst = Fraction(0)
        for v in (v for v in self.nodes if not self.origin[v]):
            for bound in range(3):
                _, need, undeclared = self.own(v, bound)
                worst = max(worst, need / undeclared / 2**49 if undeclared else 0)
        return float(1e-9 + len(self.nodes) * worst)

    def closed(self, bound=NOMINAL):
        """Loops that nothing absorbs."""
        rows, unknown = self.steps(bound)
        loops = []
        for v in self.nodes:
            seen = reach(rows, [v])
            if any(self.origin[u] or unknown[u] for u in seen) or any(v in loop for loop in loops):
                continue
            if all(v in reach(rows, [u]) for u in seen):
                loops.append(seen)
        return loops

    def opened(self, bound=NOMINAL, level=2):
        """Steps with closed loops as UNKNOWN, and where each node's UNKNOWN is last known."""
        rows, unknown = (dict(part) for part in self.steps(bound, level))
        sink = {v: v for v in self.nodes}
        for loop in self.closed(bound):
            for v in loop:
                rows[v], unknown[v], sink[v] = {}, Fraction(1), min(loop)
        return rows, unknown, sink

    def _end(self, ends, bound=NOMINAL, level=2):
        key = (tuple(sorted(v for v, e in ends.items() if e)), tuple(ends.values()), bound, level)
        if key not in self._made:
            self._made[key] = absorbed(self.opened(bound, level)[0], ends, self.nodes)
        return self._made[key]

    def weights(self, subject):
        """Own nodes with the weights of step 11, and the subject's mass."""
        if subject not in self.suppliers:
            inflow, need, undeclared = self.own(subject)
            mass = self._sum(subject, "from", 1) if self.origin[subject] else inflow + undeclared
            return {subject: Fraction(1)}, (need if not inflow and not self.origin[subject] else mass)
        mine = [v for v in self.nodes if self.owner[v] == subject]
        delivered = {
            v: sum((f["metal"][1] for f in self.flows if f["from"] == v and self.owner[f["to"]] != subject), Fraction(0))
            for v in mine
        }  # fmt: skip
        amount = delivered if sum(delivered.values()) else {v: self.weights_of_node(v) for v in mine}
        total = sum(amount.values(), Fraction(0))
        if not total:
            return {v: Fraction(1, len(mine)) for v in mine}, Fraction(0)
        return {v: a / total for v, a in amount.items()}, total

    def weights_of_node(self, v):
        inflow, need, undeclared = self.own(v)
        if self.origin[v]:
            return self._sum(v, "from", 1)
        return inflow + undeclared if inflow else need

    def _mean(self, weights, values):
        return sum((w * values[v] for v, w in weights.items()), Fraction(0))

    def trace(self, subject, by="facility"):
        """{(origin_id, kind, last_known_id, evidence): share}."""
        weights, _ = self.weights(subject)
        if not weights:
            return {("UNKNOWN", "unknown", subject if by == "facility" else "", ""): Fraction(1)}
        rows = {}
        for o in (v for v in self.nodes if self.origin[v]):
            before = Fraction(0)
            for level, name in enumerate(LEVELS):
                within = self._mean(
                    weights, self._end({v: Fraction(v == o) for v in self.nodes}, NOMINAL, level)
                )
                self._add(rows, (self._key(o, by), "origin", "", name), within - before)
                before = within
        _, unknown, sink = self.opened()
        for at in sorted(set(sink.values())):
            ends = {v: unknown[v] if sink[v] == at else Fraction(0) for v in self.nodes}
            share = self._mean(weights, self._end(ends))
            self._add(rows, ("UNKNOWN", "unknown", at if by == "facility" else "", ""), share)
        return rows

    @staticmethod
    def _add(rows, key, share):
        if share:
            rows[key] = rows.get(key, Fraction(0)) + share

    def _key(self, origin, by):
        country, subdivision = self.place[origin]
        return {
            "facility": origin, "supplier": self.owner[origin], "country": country,
            "subdivision": subdivision or f"{country}-?",
        }[by]  # fmt: skip

    def unknown(self, subject):
        """Low, nominal and high unknown share."""
        weights, _ = self.weights(subject)
        if not weights:
            return [Fraction(1)] * 3
        return [self._mean(weights, self._end(self.opened(bound)[1], bound)) for bound in range(3)]

    def pass_through(self, subject, group):
        """Probability that a unit, followed upstream over P with its loops as they are, ever meets the group."""
        weights, _ = self.weights(subject)
        rows, _ = self.steps()
        able = {v for v in self.nodes if reach(rows, [v]) & group}
        ends = {v: sum((p for u, p in rows[v].items() if u in group), Fraction(0)) for v in self.nodes}
        inside = {v: {} if v in group else {u: p for u, p in rows[v].items() if u not in group} for v in rows}
        meets = absorbed(inside, ends, able - group)
        return sum((w * (1 if v in group else meets.get(v, 0)) for v, w in weights.items()), Fraction(0))

    def upstream(self, subject):
        """Itself (a supplier: all of its own nodes) and whatever a positive share comes through."""
        weights, _ = self.weights(subject)
        return reach(self.steps()[0], list(weights))

    def incomplete(self, subject):
        named = self.upstream(subject) | {subject}
        return sum(self.incomplete_ids.get(v, 0) for v in named)

    def location_rule(self, subject, said):
        """T, F or U where `said` gives each place's own answer (products have none)."""
        upstream = self.upstream(subject) or {subject}
        answers = {said[v] for v in upstream if self.kind.get(v, "supplier") != "product"}
        if "T" in answers:
            return "T"
        doubt = "U" in answers or self.unknown(subject)[1] > 0 or self.incomplete(subject)
        return "U" if doubt else "F"

    def unknown_rule(self, subject):
        return "T" if self.unknown(subject)[1] > 0 or self.incomplete(subject) else "F"
