"""Runs in an environment of its own: what udata's DCAT reader makes of feeds, page by page, as JSON.

    python read_udata.py URL …

The reader and its paging are the real ones, on a database in memory; an address outside this machine is refused.
"""

import json
import logging
import socket
import sys
import types
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

logging.disable(logging.CRITICAL)
sys.modules["saxonche"] = types.ModuleType("saxonche")  # for feeds in ISO 19139, 120 MB
# udata imports an XSLT processor that reading DCAT never calls; empty names stand in for it.
sys.modules["saxonche"].PySaxonProcessor = sys.modules["saxonche"].PyXdmNode = object  # type: ignore[attr-defined]

# Imported only now: what stands above has to be in place before udata is loaded.
import mongoengine  # noqa: E402
import mongomock  # noqa: E402
import requests  # noqa: E402
from flask import Flask  # noqa: E402
from rdflib.namespace import RDF  # noqa: E402
from udata.core.dataset.models import License, ResourceSchema  # noqa: E402
from udata.core.dataset.rdf import dataset_from_rdf  # noqa: E402
from udata.harvest.backends.dcat import DcatBackend  # noqa: E402
from udata.rdf import DCAT, guess_format  # noqa: E402


def no_names(host: str, *_: object, **__: object) -> list[object]:
    """Names are not looked up: udata resolves the hosts of addresses that it only stores."""
    if host in ("127.0.0.1", "localhost"):
        return LOOK_UP(host, *_, **__)  # type: ignore[arg-type, return-value]
    raise socket.gaierror(socket.EAI_NONAME, f"no network for {host}")


LOOK_UP = socket.getaddrinfo


class Reader:
    """What the paging of udata's harvester needs of a backend."""

    def __init__(self, url: str) -> None:
        self.format = guess_format(url)
        self.pages: list[str] = []

    def get(self, url: str) -> requests.Response:
        if urlsplit(url).hostname not in ("127.0.0.1", "localhost"):
            raise RuntimeError(f"udata wanted to fetch {url}")
        self.pages.append(url)
        return requests.get(url, timeout=30)


def read(url: str) -> dict[str, Any]:
    reader = Reader(url)
    found = []
    for graph, _ in DcatBackend.walk_paginated_graph(reader, url):
        for node in sorted(set(graph.subjects(RDF.type, DCAT.Dataset))):
            dataset = dataset_from_rdf(graph, None, node=node, dryrun=True)
            found.append(
                {
                    "uri": dataset.harvest.uri,
                    "identifier": dataset.harvest.dct_identifier,
                    "title": dataset.title,
                    "description": dataset.description,
                    "tags": list(dataset.tags),
                    "frequency": str(dataset.frequency),
                    "temporal": bool(dataset.temporal_coverage),
                    "spatial": bool(dataset.spatial),
                    "issued": str(dataset.harvest.issued_at),
                    "modified": str(dataset.harvest.modified_at),
                    "page": dataset.harvest.remote_url,
                    "contacts": len(dataset.contact_points),
                    "extras": {key: str(content) for key, content in dataset.extras.get("dcat", {}).items()},
                    "resources": [
                        {
                            "uri": each.harvest.uri,
                            "title": each.title,
                            "description": each.description,
                            "url": each.url,
                            "format": each.format,
                            "mime": each.mime,
                            "size": each.filesize,
                            "checksum": each.checksum.value if each.checksum else None,
                            "type": each.type,
                        }
                        for each in dataset.resources
                    ],
                }
            )
    return {"pages": reader.pages, "datasets": found}


if __name__ == "__main__":
    mongoengine.disconnect()
    mongoengine.connect("udata", mongo_client_class=mongomock.MongoClient, uuidRepresentation="standard")
    app = Flask("udata")
    app.config.from_object("udata.settings.Defaults")
    app.config.update(
        LANGUAGES={"de": "Deutsch", "en": "English"},
        DEFAULT_LANGUAGE="de",
        SITE_ID="test",
        URLS_ALLOW_PRIVATE=True,
        URLS_ALLOW_LOCAL=True,
    )
    with (
        app.app_context(),
        app.test_request_context(),
        mock.patch.object(License, "default", return_value=None),  # these three ask the platform's own database
        mock.patch.object(License, "guess", return_value=None),
        mock.patch.object(ResourceSchema, "all", return_value=[]),
        mock.patch.object(socket, "getaddrinfo", no_names),
    ):
        print(json.dumps([read(url) for url in sys.argv[1:]], default=str))
