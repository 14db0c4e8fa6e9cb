"""A real Neo4j server for tests: Maven fetches it once into the user's cache, Java runs it on a free port."""

import contextlib
import hashlib
import os
import secrets
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue

import neo4j
import pytest
from filelock import FileLock

HERE = Path(__file__).parent
LAUNCHER = HERE / "src/main/java/riskgraph/Launcher.java"
READY_SECONDS = 120
MAVEN_SECONDS = 900


@dataclass(frozen=True)
class Server:
    url: str
    user: str
    password: str


class UnavailableError(Exception):
    """Why no server could be started, in one line."""


def classpath() -> Path:
    """The folder of Neo4j's jars in the user's cache; fetched by Maven when it is not there yet."""
    pom = HERE / "pom.xml"
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "risk-graph"
    jars = cache / f"neo4j-{hashlib.sha256(pom.read_bytes()).hexdigest()[:12]}"
    if jars.is_dir():
        return jars
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / "neo4j.lock"):
        if not jars.is_dir():
            fetched = Path(tempfile.mkdtemp(dir=cache))
            try:
                _copy_dependencies(pom, fetched / "jars")
                (fetched / "jars").rename(jars)
            finally:
                shutil.rmtree(fetched, ignore_errors=True)
    return jars


def _copy_dependencies(pom: Path, target: Path) -> None:
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={target}"]
    for how in (["-o"], []):
        command = ["mvn", "-q", "-B", *how, "-f", str(pom), *goal]
        done = subprocess.run(command, capture_output=True, text=True, timeout=MAVEN_SECONDS)
        if done.returncode == 0 and target.is_dir():
            return
        shutil.rmtree(target, ignore_errors=True)
    lines = [line for line in done.stdout.splitlines() if "ERROR" in line] or ["Maven failed"]
    raise UnavailableError(f"Maven could not fetch Neo4j: {lines[0][:300]}")


@contextlib.contextmanager
def start_neo4j(heap: str = "2g") -> Iterator[Server]:
    """A running server with its own empty data folder; UnavailableError says why there is none."""
    for program in ("java", "javac", "mvn"):
        if shutil.which(program) is None:
            raise UnavailableError(
                f"`{program}` is not installed (a JDK 17 or 21 and Maven run a real Neo4j)"
            )
    jars = classpath()
    with tempfile.TemporaryDirectory(prefix="risk-graph-neo4j-", ignore_cleanup_errors=True) as folder:
        log = Path(folder) / "launcher.log"
        with log.open("w") as errors:
            process = subprocess.Popen(
                ["java", f"-Xmx{heap}", "-cp", f"{jars}/*", str(LAUNCHER), f"{folder}/home"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        try:
            yield _with_password(_port(process, log))
        finally:
            _stop(process)


def _port(process: "subprocess.Popen[str]", log: Path) -> int:
    lines: Queue[str] = Queue()

    def pump() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.put(line)
        lines.put("")

    threading.Thread(target=pump, daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=READY_SECONDS)
        except Empty:
            raise UnavailableError(f"Neo4j was not ready within {READY_SECONDS} s") from None
        if line.startswith("port "):
            return int(line.split()[1])
        if not line:
            last = log.read_text().strip().splitlines()[-1:] or ["no message"]
            raise UnavailableError(f"Neo4j did not start: {last[0][:300]}")


def _with_password(port: int) -> Server:
    url, user, password = f"bolt://127.0.0.1:{port}", "neo4j", secrets.token_urlsafe(12)
    with neo4j.GraphDatabase.driver(url, auth=(user, "neo4j")) as driver:
        driver.execute_query(
            "ALTER CURRENT USER SET PASSWORD FROM $old TO $new",
            {"old": "neo4j", "new": password},
            database_="system",
        )
    return Server(url, user, password)


def _stop(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    assert process.stdout is not None
    process.stdout.close()


def serve_for_tests() -> Iterator[Server]:
    """Body of a session fixture: RISK_GRAPH_TEST_NEO4J_URL's server, a started one, or a skip that says why.

    With RISK_GRAPH_NOTHING_SKIPPED=1 a missing server fails.
    """
    if url := os.environ.get("RISK_GRAPH_TEST_NEO4J_URL"):
        yield Server(url, os.environ["RISK_GRAPH_NEO4J_USER"], os.environ["RISK_GRAPH_NEO4J_PASSWORD"])
        return
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(start_neo4j())
        except (UnavailableError, OSError, subprocess.SubprocessError) as why:
            if os.environ.get("RISK_GRAPH_NOTHING_SKIPPED") == "1":
                pytest.fail(f"no Neo4j: {why}")
            pytest.skip(f"no Neo4j: {why}")
        yield server
