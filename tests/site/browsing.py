"""Folders served on loopback; a page in the browser, what goes wrong on it, and the keyboard alone."""

from __future__ import annotations

import contextlib
import functools
import http.server
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# What script makes of a page after it has loaded: where the first is, the second comes.
READY = {"[data-table]": ".live", "[data-map] svg": ".leaflet-container", "[data-query]": ".CodeMirror"}

SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, input, select, summary')].filter(each => {
  const box = each.getBoundingClientRect();
  const style = getComputedStyle(each);
  const inText = each.tagName === 'A' && style.display.startsWith('inline') && !each.closest('nav, .refs, .letters, .formats');
  const label = each.closest('label')?.getBoundingClientRect() ?? box;
  return box.width && box.height && !inText && !each.closest('svg, .CodeMirror, .skip, .sr-only')
    && (Math.max(box.width, label.width) < 24 || Math.max(box.height, label.height) < 24);
}).map(each => each.outerHTML.slice(0, 120)).slice(0, 5)"""

FOCUS = """() => {
  const each = document.activeElement, box = each.getBoundingClientRect();
  const ringed = one => !!one && getComputedStyle(one).outlineStyle !== 'none' && parseFloat(getComputedStyle(one).outlineWidth) >= 2;
  const y = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
  const top = document.elementFromPoint(box.x + Math.min(box.width / 2, 20), y);
  const drawing = each.closest('svg'); // there the shape gets a thick line
  const thick = shape => getComputedStyle(shape).stroke !== 'none' && parseFloat(getComputedStyle(shape).strokeWidth) >= 3;
  return {
    outlined: drawing ? [...each.children].some(child => [child, ...child.children].some(thick)) : ringed(each) || ringed(each.closest('.search-field, .card')), // fields and cards are ringed as a whole
    onTop: !!top && (each.contains(top) || top.contains(each) || (!!drawing && top.closest('svg') === drawing)),
    text: each.outerHTML.slice(0, 120), isPage: each === document.body,
  };
}"""


@dataclass(frozen=True)
class Address:
    """A folder, served on loopback below a path."""

    url: str
    folder: Path


class _Handler(http.server.SimpleHTTPRequestHandler):
    extensions_map = {  # noqa: RUF012 - as the standard library has it
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".wasm": "application/wasm", ".js": "text/javascript", ".jsonld": "application/ld+json", ".ttl": "text/turtle",
    }  # fmt: skip

    def __init__(self, *args: Any, below: str, **others: Any) -> None:
        self.below = below
        super().__init__(*args, **others)

    def translate_path(self, path: str) -> str:
        """The file for a path; there is none outside the folder's own path."""
        return super().translate_path("/" + path.removeprefix(self.below) if path.startswith(self.below) else "/-")

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextlib.contextmanager
def listening(handler: Callable[..., http.server.BaseHTTPRequestHandler]) -> Iterator[str]:
    """A server on a free port of loopback; its origin."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextlib.contextmanager
def serve(folder: Path, below: str = "/") -> Iterator[Address]:
    """Serve a folder on loopback."""
    with listening(functools.partial(_Handler, directory=str(folder), below=below)) as origin:
        yield Address(origin + below, folder)


class Watched:
    """A page in the browser with what went wrong on it."""

    def __init__(self, page: Page, address: Address, has_script: bool = True) -> None:
        self.page = page
        self.has_script = has_script
        self.address = address
        self.errors: list[str] = []
        self.foreign: list[str] = []
        page.on(
            "console", lambda message: self.errors.append(message.text) if message.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._request)

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.address.url, "data:", "blob:")):
            self.foreign.append(request.url)

    def go(self, path: str) -> Page:
        """Open a page of the site, from its top, and wait until script has made of it what it makes."""
        self.page.goto(self.address.url + path)
        if self.has_script:
            self.ready()
        return self.page

    def ready(self) -> None:
        """Wait until script has made of the page what it makes."""
        self.page.wait_for_function(
            "ready => Object.entries(ready).every(([here, then]) => !document.querySelector(here) || document.querySelector(then))",
            arg=READY,
        )

    def axe(self) -> list[str]:
        """What axe-core finds, in short."""
        result = self.page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", AXE_TAGS
        )
        return [
            f"{each['id']}: {node['target']} {node['failureSummary'][:160]}"
            for each in result["violations"]
            for node in each["nodes"][:3]
        ]

    def tab_to(self, target: Locator, limit: int = 150) -> Locator:
        """Press Tab until a part of the page has the focus."""
        for _ in range(limit):
            self.page.keyboard.press("Tab")
            if target.evaluate("each => each === document.activeElement"):
                return target
        raise AssertionError(f"{limit} times Tab do not lead to {target}")

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)
