"""The server: Streamlit behind strict headers, with the map's own files. Started by `risk-graph serve`."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.maps import BASEMAP_URL, MARKERS_URL
from dashboards.markers import marker_png
from risk_graph import data_dir

# The hash is that of the one inline script in the page of Streamlit 1.67.0: without it the page works as well,
# with one line in the browser's console.
POLICY = (
    "default-src 'self'; "
    "script-src 'self' 'wasm-unsafe-eval' 'sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA='; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' data: blob:; worker-src 'self' blob:; child-src 'self' blob:; frame-src 'self'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
HEADERS = {
    b"content-security-policy": POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
}
_DAY = {"Cache-Control": "public, max-age=86400"}


class StrictHeaders:
    """Adds HEADERS to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [(k, v) for k, v in message.get("headers", []) if k.lower() not in HEADERS]
                message = {**message, "headers": [*kept, *HEADERS.items()]}
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


async def basemap(request: Request) -> Response:
    path = data_dir() / "boundaries" / "basemap_110m.geojson"
    return FileResponse(path, media_type="application/geo+json", headers=_DAY)


async def markers(request: Request) -> Response:
    return Response(marker_png(), media_type="image/png", headers=_DAY)


app = st.App(
    Path(__file__).with_name("router.py"),
    middleware=[Middleware(StrictHeaders)],
    routes=[Route(BASEMAP_URL, basemap), Route(MARKERS_URL, markers)],
)
