"""A page in the browser, what goes wrong on it, and the keyboard alone."""

from __future__ import annotations

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
  const each = document.activeElement, box = each.getBoundingClientRect(), style = getComputedStyle(each);
  const y = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
  const top = document.elementFromPoint(box.x + Math.min(box.width / 2, 20), y);
  return {
    outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    onTop: !!top && (each.contains(top) || top.contains(each)),
    text: each.outerHTML.slice(0, 120), isPage: each === document.body,
  };
}"""


class Watched:
    """A page in the browser with what went wrong on it."""

    def __init__(self, page: Page, address: Any) -> None:
        self.page = page
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
        if self.page.evaluate("typeof Worker === 'function'"):
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

    def tab_to(self, target: Locator, limit: int = 60) -> Locator:
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
