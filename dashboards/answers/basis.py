"""What a picture rests on, for the line below it."""

import json

from dashboards.text import count, day
from risk_graph.session import Session


def period(session: Session) -> str:
    days = session.period
    return f"{day(days[0])} to {day(days[1])}" if days else "all years"


def editions(session: Session, used: bool = False) -> str:
    """Layers with their editions: all that the run was given, or those that say something about a place."""
    known = json.loads(session.run["layers"])
    if used:
        answering = set(session.snapshot.tables["signals"]["layer"])
        known = {name: edition for name, edition in known.items() if name in answering}
    return ", ".join(f"{name} {edition}" for name, edition in known.items())


def of_layers(session: Session) -> str:
    """For rules and scores: as of when, by which rules and score, on which editions."""
    run = session.run
    return (
        f"As of {day(session.as_of)}; {count(len(run['ruleset'].split(', ')), 'rule')}, score {run['scorer']}; layers: "
        f"{editions(session, used=True) or 'none'}."
    )


def of_flows(session: Session) -> str:
    """For traces: which flows, and whose metal contents and yields."""
    modelled = "modelled ones left out" if session.without_modelled else "modelled ones included"
    doubt = ", partly working assumptions" if session.chain.unverified else ""
    return (
        f"Flows of {period(session)}, {modelled}; run {session.run['run_id']}; metal contents and yields of the "
        f"chain “{session.chain.title}”{doubt}."
    )
