"""A small web server with the faults of real ones: breaks off, is busy, refuses, changes the file meanwhile."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Site:
    """`faults` are used up one a request: a status to answer with, or a number of bytes after which it breaks off.
    `headers` and `paths` are those of each request, `extra` the headers that an answer gets.
    """

    body: bytes
    etag: str = '"1"'
    faults: list[str | int] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)
    moved_to: str = ""
    url: str = ""


@contextlib.contextmanager
def serving(site: Site) -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            site.asked.append(wanted)
            site.paths.append(self.path)
            site.headers.append({name.lower(): value for name, value in self.headers.items()})
            if site.moved_to:
                self.send_response(302)
                self.send_header("Location", site.moved_to)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            fault = site.faults.pop(0) if site.faults else ""
            if isinstance(fault, str) and fault:
                self.send_response(int(fault))
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            start = 0
            if wanted and self.headers.get("If-Range") == site.etag:
                start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(site.body) - start))
            if start and "Content-Range" not in site.extra:
                self.send_header("Content-Range", f"bytes {start}-{len(site.body) - 1}/{len(site.body)}")
            self.send_header("ETag", site.etag)
            for name, value in site.extra.items():
                self.send_header(name, value)
            self.end_headers()
            until = start + fault if isinstance(fault, int) else len(site.body)
            self.wfile.write(site.body[start:until])

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_address[1]}/file.csv"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
