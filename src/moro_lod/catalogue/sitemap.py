"""sitemap.xml and robots.txt: which pages there are, and when each last changed."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from xml.sax.saxutils import escape

from .. import iris

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST_URLS = 50_000  # sitemaps.org: URLs in one file
_LEFT_OUT = ("404", "_hosting")


def pages(paths: Iterable[PurePosixPath]) -> tuple[PurePosixPath, ...]:
    """The pages among the files of a site that search engines should know, sorted."""
    found = (
        path
        for path in paths
        if path.suffix == ".html" and path.parts[0] not in _LEFT_OUT and path.name.partition(".")[0] not in _LEFT_OUT
    )
    return tuple(sorted(found, key=str))


def variants(path: PurePosixPath, languages: Sequence[str], known: frozenset[PurePosixPath]) -> dict[str, PurePosixPath]:
    """Where the same page lies in each language: under `/{lang}/`, or beside it with the suffix `.{lang}.html`."""
    first, *others = languages
    own = path
    for tag in others:
        if path.parts[0] == tag:
            own = PurePosixPath(*path.parts[1:])
        elif path.name.endswith(f".{tag}.html"):
            own = path.with_name(f"{path.name.removesuffix(f'.{tag}.html')}.html")
    found = {first: own} if own in known else {}
    for tag in others:
        for candidate in (PurePosixPath(tag, own), own.with_name(f"{own.stem}.{tag}.html")):
            if candidate in known:
                found[tag] = candidate
                break
    return found


def files(
    paths: Iterable[PurePosixPath],
    site_url: str,
    languages: Sequence[str],
    last_change: Callable[[PurePosixPath], datetime.date],
) -> Iterator[tuple[PurePosixPath, bytes]]:
    """sitemap.xml (an index with further files when there are too many pages) and robots.txt."""
    listed = pages(paths)
    known = frozenset(listed)
    entries = [_entry(path, site_url, languages, known, last_change(path)) for path in listed]
    parts = [entries[at : at + MOST_URLS] for at in range(0, len(entries), MOST_URLS)] or [[]]
    if len(parts) == 1:
        yield PurePosixPath("sitemap.xml"), _urlset(parts[0])
    else:
        names = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
        yield from ((PurePosixPath(name), _urlset(part)) for name, part in zip(names, parts, strict=True))
        listing = "".join(f"<sitemap><loc>{escape(site_url + name)}</loc></sitemap>\n" for name in names)
        yield (
            PurePosixPath("sitemap.xml"),
            f'{_HEAD}<sitemapindex xmlns="{_SITEMAPS}">\n{listing}</sitemapindex>\n'.encode(),
        )
    robots = f"User-agent: *\nDisallow: /_hosting/\nAllow: /\n\nSitemap: {site_url}sitemap.xml\n"
    yield PurePosixPath("robots.txt"), robots.encode()


def _urlset(entries: Iterable[str]) -> bytes:
    body = "".join(entries)
    xhtml = "http://www.w3.org/1999/xhtml"
    return f'{_HEAD}<urlset xmlns="{_SITEMAPS}" xmlns:xhtml="{xhtml}">\n{body}</urlset>\n'.encode()


def _entry(
    path: PurePosixPath,
    site_url: str,
    languages: Sequence[str],
    known: frozenset[PurePosixPath],
    changed: datetime.date,
) -> str:
    alternates = variants(path, languages, known)
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{tag}" href="{_url(other, site_url)}"/>'
        for tag, other in alternates.items()
        if len(alternates) > 1
    )
    return f"<url><loc>{_url(path, site_url)}</loc><lastmod>{changed.isoformat()}</lastmod>{links}</url>\n"


def _url(path: PurePosixPath, site_url: str) -> str:
    """The address of a page; `index.html` is its folder."""
    text = (
        ""
        if str(path) == "index.html"
        else str(path).removesuffix("/index.html") + ("/" if path.name == "index.html" else "")
    )
    return escape(iris.url_of(text, site_url), {'"': "&quot;"})
