"""Named queries: each file of `queries/` is a resource `/queries/{name}?parameter=value`, described in OpenAPI."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from ..errors import MoroError, Text
from ..queries import Parameter
from ..sparql import bind, form
from ..terms import datatype, is_iri
from . import pages
from .facts import Facts, Query
from .message import CORS, Request, Response
from .published import Published
from .sparql import GRAPH_FORMATS, RESULT_FORMATS, BadRequestError, Question, one_format, parse_form, plain

_XSD = "http://www.w3.org/2001/XMLSchema#"
_KINDS: Mapping[str, tuple[Mapping[str, Any], str]] = {  # datatype → JSON schema, pattern
    f"{_XSD}integer": ({"type": "integer"}, r"[+-]?\d{1,100}"),
    f"{_XSD}decimal": ({"type": "number"}, r"[+-]?(\d{1,100}(\.\d{0,100})?|\.\d{1,100})"),
    f"{_XSD}double": ({"type": "number"}, r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?"),
    f"{_XSD}boolean": ({"type": "boolean"}, r"true|false"),
    f"{_XSD}date": ({"type": "string", "format": "date"}, r"-?\d{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"),
    f"{_XSD}gYear": ({"type": "string", "pattern": r"^-?\d{4,}$"}, r"-?\d{4,}"),
    f"{_XSD}gYearMonth": ({"type": "string", "pattern": r"^-?\d{4,}-\d\d$"}, r"-?\d{4,}-(0[1-9]|1[0-2])"),
}
_IRI_SCHEMA = {"type": "string", "format": "uri"}
_LONGEST = 2000  # characters of a value


def find(published: Published, name: str) -> Query | None:
    """The query of this name."""
    return next((each for each in published.facts.queries if each.name == name), None)


def read_question(request: Request, query: Query) -> Question:
    """The question of a request to a named query. Raises BadRequestError for unknown parameters and unfit values."""
    given: dict[str, str] = {}
    wanted = ""
    names = [each.name for each in query.parameters]
    for name, value in parse_form(request.query):
        if name == "format" and name not in names:
            wanted = one_format((value,))
        elif name not in names:
            listed = ", ".join((*names, "format"))
            raise BadRequestError(
                400,
                Text(
                    de=f"Den Parameter „{name}“ gibt es hier nicht. Es gibt: {listed}",
                    en=f'There is no parameter "{name}" here. There are: {listed}',
                ),
            )
        elif name in given:
            raise BadRequestError(400, Text(de=f"„{name}“ steht mehrmals da.", en=f'"{name}" is given more than once.'))
        else:
            given[name] = value
    values = {}
    for each in query.parameters:
        if each.name not in given:
            values[each.name] = each.default
            continue
        text = given[each.name]
        if len(text) > _LONGEST or any(char < " " for char in text):
            raise _unfit(each.name, plain(each.default))
        kind = _KINDS.get(datatype(each.default) or "")
        if kind is not None and not re.fullmatch(kind[1], text, re.ASCII):
            raise _unfit(each.name, plain(each.default))
        try:
            values[each.name] = Parameter(each.name, each.default, each.descriptions).parse(text)
        except MoroError as error:
            raise BadRequestError(400, Text(de=error.message("de"), en=error.message("en"))) from error
    return Question(bind(query.text, values), format=wanted, values=values)


def _unfit(name: str, example: str) -> BadRequestError:
    return BadRequestError(
        400,
        Text(de=f"Der Wert von „{name}“ passt nicht; zum Beispiel: {example}", en=f'The value of "{name}" does not fit; e.g. {example}'),
    )  # fmt: skip


def listing(request: Request, published: Published) -> Response:
    """All named queries: a page, or JSON."""
    from ..negotiation import choose

    facts = published.facts
    if choose(request.header(b"accept"), ("application/json", "text/html")) == 1:
        language = pages.language_of(request, facts)
        body = pages.page(
            "error.html",
            language,
            facts,
            request.prefix,
            {
                "title": Text(de="Vorbereitete Abfragen", en="Ready-made queries").pick(language),
                "detail": Text(
                    de="Jede ist auch eine Adresse für Programme; /openapi.json beschreibt sie.",
                    en="Each is an address for programs too; /openapi.json describes them.",
                ).pick(language),
                "context": "",
                "links": [
                    {"href": f"{request.prefix}/queries/{each.name}", "text": each.title(language), "type": ""}
                    for each in facts.queries
                ],
            },
        )
        return pages.page_response(200, body, (("vary", "Accept, Accept-Language"),))
    document = [
        {
            "name": each.name,
            "href": f"{request.prefix}/queries/{each.name}",
            "title": each.titles,
            "description": each.descriptions,
        }
        for each in facts.queries
    ]
    headers = (("content-type", "application/json"), ("vary", "Accept, Accept-Language"), *pages.SECURITY, *CORS)
    return Response(200, headers, msgspec.json.encode(document))


def openapi(facts: Facts, prefix: str) -> bytes:
    """The OpenAPI 3.1 description of the services."""
    name = facts.name("en")
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": name,
            "version": facts.version or "1",
            "description": facts.description.get("en", name),
            **({"license": {"name": facts.licence_url, "url": facts.licence_url}} if facts.licence_url else {}),
        },
        "servers": [{"url": prefix or "/"}],
        "paths": {
            "/sparql": {"get": _sparql_get(), "post": _sparql_post()},
            "/queries": {
                "get": {
                    "operationId": "listQueries",
                    "summary": "The named queries",
                    "responses": {"200": {"description": "All named queries", "content": {"application/json": {"schema": {
                        "type": "array", "items": {"type": "object", "required": ["name", "href", "title"]}}}, "text/html": {}}},
                        **_refusals("405", "429")},
                }
            },
            **{f"/queries/{each.name}": {"get": _named(each)} for each in facts.queries},
            "/healthz": {"get": _health("health", "The server runs")},
            "/readyz": {"get": _health("readiness", "A query worker answers")},
        },
    }  # fmt: skip
    return msgspec.json.format(msgspec.json.encode(document, order="sorted"), indent=1)


_FORMAT_PARAMETER = {
    "name": "format",
    "in": "query",
    "description": "Overrides the Accept header",
    "schema": {"type": "string", "enum": list(dict.fromkeys((*RESULT_FORMATS, *GRAPH_FORMATS)))},
}
_PROBLEM = {"application/problem+json": {"schema": {"type": "object"}}, "text/plain": {}, "text/html": {}}
_REASONS = {
    "400": "The request or the query is not valid; line and column where that is known",
    "404": "There is nothing here",
    "405": "The method is not allowed here",
    "406": "Not possible in any form that is accepted",
    "413": "The body is too large",
    "414": "The address is too long",
    "415": "The body has an unsupported type",
    "429": "Too many queries from this address; see Retry-After",
    "503": "Too busy, or the query took too long; see Retry-After",
}


def _refusals(*codes: str) -> dict[str, Any]:
    return {code: {"description": _REASONS[code], "content": _PROBLEM} for code in codes}


def _results() -> dict[str, Any]:
    types = dict.fromkeys((*RESULT_FORMATS.values(), *GRAPH_FORMATS.values()))
    return {"description": "The complete result", "content": {each: {} for each in types}}


def _sparql_get() -> dict[str, Any]:
    return {
        "operationId": "queryGet",
        "summary": "SPARQL 1.1 query; without one the service description",
        "parameters": [
            {"name": "query", "in": "query", "required": True, "schema": {"type": "string"},
             "example": "SELECT * WHERE { ?s ?p ?o } LIMIT 10"},
            {"name": "default-graph-uri", "in": "query", "schema": {"type": "array", "items": {"type": "string", "format": "uri"}}},
            {"name": "named-graph-uri", "in": "query", "schema": {"type": "array", "items": {"type": "string", "format": "uri"}}},
            _FORMAT_PARAMETER,
        ],
        "responses": {"200": _results(), **_refusals("400", "405", "406", "414", "429", "503")},
    }  # fmt: skip


def _sparql_post() -> dict[str, Any]:
    return {
        "operationId": "queryPost",
        "summary": "SPARQL 1.1 query",
        "requestBody": {
            "required": True,
            "content": {
                "application/sparql-query": {"schema": {"type": "string"}},
                "application/x-www-form-urlencoded": {
                    "schema": {"type": "object", "required": ["query"], "properties": {"query": {"type": "string"}}}
                },
            },
        },
        "responses": {"200": _results(), **_refusals("400", "405", "406", "413", "415", "429", "503")},
    }


def _named(query: Query) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = []
    formats = GRAPH_FORMATS if form(query.text) in ("CONSTRUCT", "DESCRIBE") else RESULT_FORMATS
    for each in query.parameters:
        kind = _KINDS.get(datatype(each.default) or "")
        schema = _IRI_SCHEMA if is_iri(each.default) else dict(kind[0]) if kind else {"type": "string"}
        parameters.append(
            {
                "name": each.name,
                "in": "query",
                "description": each.descriptions.get("en", each.name),
                "schema": schema,
                "example": plain(each.default),
            }
        )
    return {
        "operationId": "query-" + query.name,
        "summary": query.title("en"),
        "description": query.description("en"),
        "parameters": [*parameters, {**_FORMAT_PARAMETER, "schema": {"type": "string", "enum": list(formats)}}],
        "responses": {
            "200": {"description": "The complete result", "content": {each: {} for each in formats.values()}},
            **_refusals("400", "405", "406", "429", "503"),
        },
    }


def _health(operation: str, summary: str) -> dict[str, Any]:
    return {
        "operationId": operation,
        "summary": summary,
        "responses": {"200": {"description": "Yes", "content": {"text/plain": {}}}, **_refusals("405", "503")},
    }
