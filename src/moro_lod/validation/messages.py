"""What a result says where its shape has no message of its own: one sentence for each constraint of SHACL Core."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import Text
from ..graphs import Graph
from ..namespaces import SH
from ..terms import Term, is_blank, is_literal, value
from .results import Result

# component → parameter, sentence with {value} for the parameter's value
_SENTENCES: Mapping[str, tuple[str, Text]] = {
    "AndConstraintComponent": ("and", Text("muss alle geforderten Formen haben", "must have all the required shapes")),
    "ClassConstraintComponent": ("class", Text("muss zur Klasse {value} gehören", "must belong to class {value}")),
    "ClosedConstraintComponent": (
        "closed",
        Text("diese Eigenschaft ist hier nicht vorgesehen", "this property is not expected here"),
    ),
    "DatatypeConstraintComponent": ("datatype", Text("muss vom Datentyp {value} sein", "must be of datatype {value}")),
    "DisjointConstraintComponent": (
        "disjoint",
        Text("darf nicht auch Wert von {value} sein", "must not be a value of {value} too"),
    ),
    "EqualsConstraintComponent": (
        "equals",
        Text("muss dieselben Werte haben wie {value}", "must have the same values as {value}"),
    ),
    "HasValueConstraintComponent": ("hasValue", Text("der Wert {value} fehlt", "the value {value} is missing")),
    "InConstraintComponent": ("in", Text("ist keiner der erlaubten Werte", "is none of the allowed values")),
    "LanguageInConstraintComponent": (
        "languageIn",
        Text("ist in keiner der erlaubten Sprachen", "is in none of the allowed languages"),
    ),
    "LessThanConstraintComponent": ("lessThan", Text("muss kleiner sein als {value}", "must be less than {value}")),
    "LessThanOrEqualsConstraintComponent": (
        "lessThanOrEquals",
        Text("muss kleiner sein als {value} oder gleich", "must be less than or equal to {value}"),
    ),
    "MaxCountConstraintComponent": ("maxCount", Text("mehr als {value} Werte", "more than {value} values")),
    "MaxExclusiveConstraintComponent": ("maxExclusive", Text("muss kleiner sein als {value}", "must be less than {value}")),
    "MaxInclusiveConstraintComponent": ("maxInclusive", Text("darf höchstens {value} sein", "must be {value} at most")),
    "MaxLengthConstraintComponent": ("maxLength", Text("hat mehr als {value} Zeichen", "has more than {value} characters")),
    "MinCountConstraintComponent": ("minCount", Text("weniger als {value} Werte", "less than {value} values")),
    "MinExclusiveConstraintComponent": (
        "minExclusive",
        Text("muss größer sein als {value}", "must be greater than {value}"),
    ),
    "MinInclusiveConstraintComponent": ("minInclusive", Text("muss mindestens {value} sein", "must be {value} at least")),
    "MinLengthConstraintComponent": (
        "minLength",
        Text("hat weniger als {value} Zeichen", "has less than {value} characters"),
    ),
    "NodeConstraintComponent": ("node", Text("hat nicht die Form {value}", "does not have the shape {value}")),
    "NodeKindConstraintComponent": ("nodeKind", Text("muss von der Art {value} sein", "must be of kind {value}")),
    "NotConstraintComponent": ("not", Text("hat eine Form, die es nicht haben darf", "has a shape that it must not have")),
    "OrConstraintComponent": ("or", Text("hat keine der erlaubten Formen", "has none of the allowed shapes")),
    "PatternConstraintComponent": ("pattern", Text("passt nicht zum Muster {value}", "does not match the pattern {value}")),
    "QualifiedMaxCountConstraintComponent": (
        "qualifiedMaxCount",
        Text("mehr als {value} Werte der geforderten Form", "more than {value} values of the required shape"),
    ),
    "QualifiedMinCountConstraintComponent": (
        "qualifiedMinCount",
        Text("weniger als {value} Werte der geforderten Form", "less than {value} values of the required shape"),
    ),
    "UniqueLangConstraintComponent": (
        "uniqueLang",
        Text("mehrere Texte in derselben Sprache", "several texts in the same language"),
    ),
    "XoneConstraintComponent": ("xone", Text("muss genau eine der Formen haben", "must have exactly one of the shapes")),
}


def default(result: Result, shapes: Graph) -> Mapping[str, str] | None:
    """The sentence for a result, German and English; None where the engine's own message has to do."""
    found = _SENTENCES.get(value(result.component).removeprefix(SH.iri))
    if found is None or result.source_shape is None:
        return None
    parameter, sentence = found
    values = shapes.objects(result.source_shape, SH[parameter])
    if len(values) > 1 and "{value}" in sentence.en:
        return None
    shown = _shown(values[0]) if values else ""
    return {"de": sentence.de.replace("{value}", shown), "en": sentence.en.replace("{value}", shown)}


def _shown(term: Term) -> str:
    if is_literal(term) or is_blank(term):
        return value(term)
    return value(term).rstrip("/#").replace("#", "/").rsplit("/", 1)[-1]
