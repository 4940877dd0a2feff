"""schema.org JSON-LD for search engines: Dataset on the page of each dataset, DataCatalog on the catalogue's page."""

from __future__ import annotations

import json
from typing import Any, TypeAlias

from ..terms import value
from .model import Catalogue, Coverage, Dataset, Distribution, Words
from .plan import country_names

Json: TypeAlias = dict[str, Any]


def dataset(catalogue: Catalogue, one: Dataset, language: str) -> bytes:
    """One dataset in one language, for a `<script type="application/ld+json">`."""
    return _bytes({"@context": "https://schema.org/", **_dataset(catalogue, one, language)})


def data_catalog(catalogue: Catalogue, language: str) -> bytes:
    """The catalogue with short entries of its datasets in one language."""
    return _bytes(
        {
            "@context": "https://schema.org/",
            **_catalogue(catalogue, language),
            "description": _in(catalogue.descriptions, language),
            "publisher": _publisher(catalogue, language),
            "license": catalogue.licence.url,
            "inLanguage": list(catalogue.languages),
            "dateModified": catalogue.modified.isoformat(),
            "dataset": [
                {
                    "@type": "Dataset",
                    "@id": value(each.iri),
                    "name": _in(each.titles, language),
                    "description": _in(each.descriptions, language),
                    "url": each.landing_page or value(each.iri),
                    "license": catalogue.licence.url,
                    "creator": _publisher(catalogue, language),
                }
                for each in catalogue.datasets
            ],
        }
    )


def _dataset(catalogue: Catalogue, one: Dataset, language: str) -> Json:
    result: Json = {
        "@type": "Dataset",
        "@id": value(one.iri),
        "name": _in(one.titles, language),
        "description": _in(one.descriptions, language),
        "url": one.landing_page or value(one.iri),
        "identifier": value(one.iri),
        "keywords": list(one.keywords.get(language, ())),
        "license": catalogue.licence.url,
        "creditText": _in(catalogue.licence.attributions, language),
        "creator": _publisher(catalogue, language),
        "publisher": _publisher(catalogue, language),
        "inLanguage": list(catalogue.languages),
        "isAccessibleForFree": True,
        "version": one.version,
        "datePublished": one.issued.isoformat(),
        "dateModified": one.modified.isoformat(),
        "includedInDataCatalog": _catalogue(catalogue, language),
        "distribution": [_download(each, language) for each in one.distributions],
        **_temporal(one.coverage),
        **_spatial(catalogue, one.coverage, language),
    }
    return {key: content for key, content in result.items() if content not in ("", [], None)}


def _temporal(coverage: Coverage) -> Json:
    if coverage.start is None and coverage.end is None:
        return {}
    start = coverage.start.isoformat() if coverage.start else ".."
    end = coverage.end.isoformat() if coverage.end else ".."
    return {"temporalCoverage": f"{start}/{end}"}


def _spatial(catalogue: Catalogue, coverage: Coverage, language: str) -> Json:
    place: Json = {"@type": "Place", "name": _in(country_names(catalogue.country), language)}
    if coverage.box:
        box = coverage.box
        corners = f"{box.south:g} {box.west:g} {box.north:g} {box.east:g}"  # schema.org: latitude first
        place["geo"] = {"@type": "GeoShape", "box": corners}
    return {"spatialCoverage": place}


def _download(one: Distribution, language: str) -> Json:
    packed = one.compression
    return {
        "@type": "DataDownload",
        "@id": value(one.iri),
        "name": _in(one.titles, language),
        "description": _in(one.descriptions, language),
        "encodingFormat": packed.media_type if packed else one.format.media_type,
        "contentUrl": one.url,
        "contentSize": f"{one.size} B",
        "sha256": one.sha256,
        "dateModified": one.modified.isoformat(),
    }


def _catalogue(catalogue: Catalogue, language: str) -> Json:
    return {
        "@type": "DataCatalog",
        "@id": value(catalogue.iri),
        "name": _in(catalogue.titles, language),
        "url": catalogue.homepage,
    }


def _publisher(catalogue: Catalogue, language: str) -> Json:
    agent = catalogue.publisher
    result: Json = {"@type": "Organization", "@id": value(agent.iri), "name": _in(agent.names, language)}
    if agent.homepage:
        result["url"] = agent.homepage
    return result


def _in(words: Words, language: str) -> str:
    return words.get(language) or next(iter(words.values()), "")


def _bytes(document: Json) -> bytes:
    """JSON that is safe inside a script element: no `<`, `>` or `&` can end it."""
    text = json.dumps(document, ensure_ascii=False, indent=1)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").encode()
