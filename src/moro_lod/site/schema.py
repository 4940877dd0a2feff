"""What ontology and shapes say about showing things: classes, order and groups of properties, their names and inverses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ..description import Labels
from ..graphs import Graph
from ..namespaces import OWL, RDF, RDFS, SH, SKOS
from ..terms import Term, is_iri, is_literal, language, value

_LAST = 10_000.0


def pointing(property_: Term) -> str:
    """The key of what points to a thing by a property, among the places of properties."""
    return f"^{property_}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a property stands on the pages of a class: its group and its order within it."""

    group: Term | None
    group_order: float
    order: float
    names: tuple[tuple[str, str], ...]  # language, name (sh:name)

    def name(self, wanted: str) -> str | None:
        """The name in a language, or None."""
        return dict(self.names).get(wanted)


@dataclass(frozen=True)
class Schema:
    """The ontology and the shapes of a project, as pages need them."""

    ontology: Graph
    shapes: Graph
    labels: Labels

    @cached_property
    def superclasses(self) -> dict[Term, tuple[Term, ...]]:
        """Class → itself and all classes above it, nearest first."""
        above: dict[Term, tuple[Term, ...]] = {}
        for cls in self.classes:
            found = [cls]
            for each in found:
                found += [one for one in self.ontology.objects(each, RDFS.subClassOf) if is_iri(one) and one not in found]
            above[cls] = tuple(found)
        return above

    @cached_property
    def classes(self) -> tuple[Term, ...]:
        """All declared classes, sorted."""
        return tuple(sorted({*self.ontology.subjects(RDF.type, OWL.Class), *self.ontology.subjects(RDF.type, RDFS.Class)}))

    @cached_property
    def properties(self) -> tuple[Term, ...]:
        """All declared properties, sorted."""
        kinds = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property)
        return tuple(sorted({each for kind in kinds for each in self.ontology.subjects(RDF.type, kind)}))

    @cached_property
    def superproperties(self) -> dict[Term, tuple[Term, ...]]:
        """Property → all properties above it."""
        above: dict[Term, tuple[Term, ...]] = {}
        for property_ in sorted({one for one, _ in self.ontology.pairs(RDFS.subPropertyOf)}):
            found = [property_]
            for each in found:
                found += [one for one in self.ontology.objects(each, RDFS.subPropertyOf) if one not in found]
            above[property_] = tuple(found[1:])
        return above

    @cached_property
    def inverses(self) -> dict[Term, Term]:
        """Property → its inverse, both ways."""
        found: dict[Term, Term] = {}
        for one, other in self.ontology.pairs(OWL.inverseOf):
            if not (is_iri(one) and is_iri(other)):
                continue
            found.setdefault(one, other)
            found.setdefault(other, one)
        return found

    @cached_property
    def node_shapes(self) -> dict[Term, tuple[Term, ...]]:
        """Class → the node shapes that target it."""
        found: dict[Term, list[Term]] = {}
        for shape, cls in self.shapes.pairs(SH.targetClass):
            found.setdefault(cls, []).append(shape)
        for shape in self.shapes.subjects(RDF.type, SH.NodeShape):  # implicit class targets
            if (shape, RDF.type, OWL.Class) in self.shapes or (shape, RDF.type, OWL.Class) in self.ontology:
                found.setdefault(shape, []).append(shape)
        return {cls: tuple(shapes) for cls, shapes in found.items()}

    def with_superclasses(self, types: Iterable[Term]) -> tuple[Term, ...]:
        """Types and all classes above them, each once, the types first."""
        found: dict[Term, None] = dict.fromkeys(types)
        for each in tuple(found):
            found.update(dict.fromkeys(self.superclasses.get(each, ())))
        return tuple(found)

    def most_special(self, types: Iterable[Term]) -> tuple[Term, ...]:
        """The types that are no superclass of another of them, those of the ontology first."""
        kept = tuple(types)
        superclasses = {each: set(self.superclasses.get(each, (each,))) for each in kept}
        special = [
            each
            for each in kept  # classes that are below each other are the same, so neither is above the other
            if not any(each in superclasses[other] and other not in superclasses[each] for other in kept)
        ]
        own = [each for each in special if each in self.superclasses and self.labels.has(each)]
        return tuple(own or special)

    def places(self, types: Iterable[Term]) -> dict[Term, Place]:
        """Property → its place on the pages of things with these types, from sh:order, sh:group and sh:name.

        What points to the things by a property stands under `pointing(property)`: shapes with [ sh:inversePath property ].
        """
        found: dict[Term, Place] = {}
        for cls in self.with_superclasses(types):
            for node_shape in self.node_shapes.get(cls, ()):
                for shape in self.shapes.objects(node_shape, SH.property):
                    key = self._key(shape)
                    if key is not None:
                        place = self._place(shape)
                        known = found.get(key)
                        found[key] = place if known is None else _merged(known, place)
        return found

    def _key(self, shape: Term) -> str | None:
        path = self.shapes.value(shape, SH.path)
        if path is None or is_iri(path):
            return path
        inverse = self.shapes.value(path, SH.inversePath)
        return pointing(inverse) if inverse is not None and is_iri(inverse) else None

    def _place(self, shape: Term) -> Place:
        group = self.shapes.value(shape, SH.group)
        if group is not None and not self.labels_of_group(group):
            group = None
        names = tuple((language(each), value(each)) for each in self.shapes.objects(shape, SH.name) if is_literal(each))
        return Place(
            group,
            _number(self.shapes.value(group, SH.order)) if group else _LAST,
            _number(self.shapes.value(shape, SH.order)),
            names,
        )

    def labels_of_group(self, group: Term) -> dict[str, str]:
        """Language → label of a property group."""
        return {
            language(each): value(each)
            for property_ in (RDFS.label, SKOS.prefLabel, SH.name)
            for each in self.shapes.objects(group, property_)
        }


def _merged(one: Place, other: Place) -> Place:
    """Two shapes for one property: the first group, order and names that are said count."""
    return Place(
        one.group or other.group,
        min(one.group_order, other.group_order),
        min(one.order, other.order),
        one.names or other.names,
    )


def _number(term: Term | None) -> float:
    try:
        return float(value(term)) if term else _LAST
    except ValueError:
        return _LAST
