"""Runs in an environment of its own: what ckanext-dcat makes of feeds, page by page, as JSON.

    python read_ckan.py URL …

The parser, its profiles and CKAN's own library are the real ones; only the database is missing, which parsing does not touch.
"""

import json
import logging
import sys
import types
import urllib.request
from typing import Any

logging.disable(logging.CRITICAL)
for name in ("psycopg2", "pglast"):  # database drivers: imported by CKAN, not used for parsing
    try:
        __import__(name)
    except ImportError:
        sys.modules[name] = types.ModuleType(name)

# Imported only now: what stands above has to be in place before CKAN is loaded.
from ckanext.dcat.processors import RDFParser  # noqa: E402

PROFILES = ["euro_dcat_ap_3"]


def parse(url: str) -> dict[str, Any]:
    """Read every page as the harvester does: parse, keep the datasets, go on to the next page until one comes again."""
    datasets: list[dict[str, Any]] = []
    pages: list[str] = []
    following: str | None = url
    while following and following not in pages:
        pages.append(following)
        request = urllib.request.Request(following)
        with urllib.request.urlopen(request) as response:
            content = response.read()
            kind = response.headers.get_content_type()
        parser = RDFParser(profiles=PROFILES)
        parser.parse(content, _format={"text/turtle": "ttl", "application/ld+json": "json-ld"}.get(kind, "xml"))
        datasets += list(parser.datasets())
        following = parser.next_page()
    return {"pages": pages, "datasets": datasets}


if __name__ == "__main__":
    print(json.dumps([parse(url) for url in sys.argv[1:]], default=str))
