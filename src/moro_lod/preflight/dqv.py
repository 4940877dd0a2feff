"""The report as RDF (W3C Data Quality Vocabulary): one measurement for each dataset and indicator, one for each check."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..graphs import Graph, Triple
from ..namespaces import DCTERMS, DQV, FOAF, RDF, SKOS, XSD
from ..terms import Term, iri, literal, value
from .report import Check, Part, Report, Status
from .score import DIMENSIONS, INDICATORS, DatasetScore


def write(report: Report, scores: tuple[DatasetScore, ...], base: str, catalogue: Term) -> Graph:
    """All measurements. What was not measured has no measurement; the quality page says so in words."""
    me = iri(f"{base}quality")
    triples: list[Triple] = [
        (me, RDF.type, DQV.QualityMetadata),
        (me, FOAF.primaryTopic, catalogue),
        (me, DCTERMS.title, literal("Qualität der Veröffentlichung", "de")),
        (me, DCTERMS.title, literal("Quality of the publication", "en")),
        (me, DCTERMS.issued, literal(report.date, datatype=XSD.date)),
        (catalogue, DQV.hasQualityMetadata, me),
        *_dimensions(base),
        *_scores(base, scores),
    ]
    for part, check in report.checks():
        triples += _check(base, part, check, catalogue)
    return Graph(triples)


def _dimensions(base: str) -> Iterator[Triple]:
    for key, text in DIMENSIONS.items():
        dimension = iri(f"{base}quality#dimension-{key}")
        yield dimension, RDF.type, DQV.Dimension
        yield from _labels(dimension, text.de, text.en)
    for each in INDICATORS:
        metric = iri(f"{base}quality#metric-{each.key}")
        yield metric, RDF.type, DQV.Metric
        yield from _labels(metric, each.title.de, each.title.en)
        yield metric, DQV.inDimension, iri(f"{base}quality#dimension-{each.dimension}")
        yield metric, DQV.expectedDataType, XSD.boolean


def _scores(base: str, scores: tuple[DatasetScore, ...]) -> Iterator[Triple]:
    for score in scores:
        name = _name(value(score.dataset).rpartition("/")[2])
        for key, met in score.met.items():
            if met is not None:
                me = iri(f"{base}quality#{name}-{key}")
                yield me, RDF.type, DQV.QualityMeasurement
                yield me, DQV.isMeasurementOf, iri(f"{base}quality#metric-{key}")
                yield me, DQV.computedOn, score.dataset
                yield me, DQV.value, literal("true" if met else "false", datatype=XSD.boolean)
                yield score.dataset, DQV.hasQualityMeasurement, me


def _check(base: str, part: Part, check: Check, catalogue: Term) -> Iterator[Triple]:
    if check.status in (Status.NOT_MEASURED, Status.EXTERNAL, Status.NOTE) or part.key == "score":
        return
    key = _name(f"{part.key}-{check.key}")
    metric, me = iri(f"{base}quality#check-{key}"), iri(f"{base}quality#result-{key}")
    yield metric, RDF.type, DQV.Metric
    yield from _labels(metric, f"{part.title.de}: {check.title.de}", f"{part.title.en}: {check.title.en}")
    yield metric, DQV.expectedDataType, XSD.boolean
    yield me, RDF.type, DQV.QualityMeasurement
    yield me, DQV.isMeasurementOf, metric
    yield me, DQV.computedOn, catalogue
    yield me, DQV.value, literal("true" if check.status is Status.PASSED else "false", datatype=XSD.boolean)


def _labels(node: Term, german: str, english: str) -> Iterator[Triple]:
    yield node, SKOS.prefLabel, literal(german, "de")
    yield node, SKOS.prefLabel, literal(english, "en")


def _name(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-").lower()
