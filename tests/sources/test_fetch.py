"""Downloads that go wrong on the way."""

import logging
import socket
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from ingest.fetch import Download, fetch
from risk_graph.errors import SourceError
from tests.sources.server import Site, serving

BODY = bytes(range(256)) * 4000


def _fetch(site: Site, target: Path, largest: int = 1 << 30) -> list[float]:
    seen: list[float] = []
    fetch(Download(site.url, {}, largest, back_off=0.01), target, lambda _, done: seen.append(done))
    return seen


def test_a_download_shows_how_far_it_is(tmp_path: Path) -> None:
    with serving(Site(BODY)) as site:
        seen = _fetch(site, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == BODY
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_what_broke_off_is_continued(tmp_path: Path) -> None:
    with serving(Site(BODY, faults=[300_000, 200_000])) as site:
        _fetch(site, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == BODY
    assert site.asked == ["", "bytes=300000-", "bytes=500000-"]


def test_what_an_earlier_run_left_is_continued(tmp_path: Path) -> None:
    with serving(Site(BODY, faults=[100_000] * 5)) as site:
        with pytest.raises(SourceError, match="broke off"):
            _fetch(site, tmp_path / "file")
        assert not (tmp_path / "file").exists()
        _fetch(site, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == BODY
    assert site.asked[-1] == "bytes=500000-"


def test_a_file_that_changed_meanwhile_is_fetched_anew(tmp_path: Path) -> None:
    with serving(Site(BODY, faults=[100_000] * 5)) as site:
        with pytest.raises(SourceError):
            _fetch(site, tmp_path / "file")
        site.body, site.etag = BODY[::-1], '"2"'
        _fetch(site, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == BODY[::-1]


@pytest.mark.parametrize("status", ["429", "503"])
def test_a_busy_server_is_asked_again(tmp_path: Path, status: str) -> None:
    with serving(Site(BODY, faults=[status, status])) as site:
        _fetch(site, tmp_path / "file")
    assert len(site.asked) == 3


@pytest.mark.parametrize(("faults", "said"), [(["403"], "answered 403"), (["503"] * 9, "answered 503")])
def test_a_refusal_is_said(tmp_path: Path, faults: list[str | int], said: str) -> None:
    with serving(Site(BODY, faults=faults)) as site, pytest.raises(SourceError, match=said):
        _fetch(site, tmp_path / "file")
    assert not (tmp_path / "file").exists()


def test_too_much_is_not_taken(tmp_path: Path) -> None:
    with serving(Site(BODY)) as site, pytest.raises(SourceError, match="sent more than 0 MB"):
        _fetch(site, tmp_path / "file", largest=500_000)
    assert not (tmp_path / "file").exists()


def test_no_network_is_one_line() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/x"
    with pytest.raises(SourceError, match="cannot be reached") as caught:
        fetch(Download(url, {"token": "secret"}, 1000, back_off=0.01), Path("never"), lambda _s, _d: None)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_token_does_not_follow_to_another_host(tmp_path: Path) -> None:
    with serving(Site(BODY)) as other, serving(Site(b"", moved_to=other.url)) as first:
        fetch(
            Download(first.url, {"accept": "text/csv"}, 1 << 30, 0.01, {"x-token": "open-sesame"}),
            tmp_path / "file",
            lambda _s, _d: None,
        )
    assert first.headers[0]["x-token"] == "open-sesame"
    assert "x-token" not in other.headers[0]
    assert other.headers[0]["accept"] == "text/csv"
    assert (tmp_path / "file").read_bytes() == BODY


TOKEN = "open sesame&+é"


@pytest.mark.parametrize("address", ["", "?list=all"])
def test_a_token_in_the_address_reaches_the_server_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    """Through a redirect, a busy server, a line that breaks off and a server that is away, with everything logged."""
    caplog.set_level(logging.DEBUG)
    said = []
    target = tmp_path / "file"

    def download(url: str) -> Download:
        return Download(url + address, {}, 1 << 30, 0.01, secret_query={"token": TOKEN})

    with (
        serving(Site(BODY, faults=["503", 300_000])) as other,
        serving(Site(b"", moved_to=other.url)) as first,
    ):
        fetch(download(first.url), target, lambda step, _: said.append(step))
    assert parse_qs(first.paths[0].partition("?")[2])["token"] == [TOKEN]
    assert not any("token" in path for path in other.paths)
    with serving(Site(BODY, faults=["403"])) as site, pytest.raises(SourceError) as caught:
        fetch(download(site.url), target, lambda step, _: said.append(step))
    said.append(str(caught.value))
    with serving(Site(BODY, faults=[1000] * 9)) as site, pytest.raises(SourceError) as caught:
        fetch(download(site.url), target, lambda step, _: said.append(step))
    said.append(str(caught.value))
    with pytest.raises(SourceError) as caught:
        fetch(download("http://127.0.0.1:1/x"), target, lambda step, _: said.append(step))
    said.append(str(caught.value))
    assert "GET /file.csv" in caplog.text  # the log was on
    kept = [p.read_bytes().decode("latin-1") for p in tmp_path.iterdir()]
    assert kept
    for text in (*said, *kept, caplog.text):
        assert "sesame" not in text


def test_another_piece_than_asked_for_is_not_put_together(tmp_path: Path) -> None:
    with serving(Site(BODY, faults=[300_000], extra={"Content-Range": "bytes 7-9/10"})) as site:
        _fetch(site, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == BODY
    assert site.asked[-1] == ""


def test_a_file_that_was_compressed_on_the_way_is_refused(tmp_path: Path) -> None:
    with (
        serving(Site(BODY, extra={"Content-Encoding": "gzip"})) as site,
        pytest.raises(SourceError, match="compressed"),
    ):
        _fetch(site, tmp_path / "file")


def test_the_whole_download_is_one_step(tmp_path: Path) -> None:
    """Each step is a line of its own where nobody looks on."""
    said: set[str] = set()
    with serving(Site(BODY)) as site:
        fetch(Download(site.url, {}, 1 << 30), tmp_path / "file", lambda step, _: said.add(step))
    assert said == {"Fetching from 127.0.0.1"}
