"""The links from one page of a long list to the others."""

from __future__ import annotations

from typing import Any


def pager(current: int, total: int, url: Any) -> list[dict[str, Any]]:
    """The links to other pages: the first, the last, and those around this one."""
    if total < 2:
        return []
    shown = sorted({1, total, *range(max(1, current - 2), min(total, current + 2) + 1)})
    found: list[dict[str, Any]] = []
    before = 0
    for number in shown:
        if number > before + 1:
            found.append({"number": "…", "url": "", "current": False})
        found.append({"number": number, "url": url(number), "current": number == current})
        before = number
    return found
