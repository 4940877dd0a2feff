"""One page of each type."""

from __future__ import annotations

TYPES = (
    "index.html", "browse.html", "map.html", "timeline.html", "sources.html", "query.html", "ontology.html", "concepts.html", "data.html",
    "quality.html", "changes.html", "api.html", "imprint.html", "privacy.html", "accessibility.html", "easy-language.html", "sign-language.html",
    "search.html", "index/a.html", "list/district.html", "list/district/2.html", "list/research-field.html", "doc/district/03358.html",
    "doc/field/stadt-land-partnerschaften.html", "doc/region/metropolregion-nuernberg.html", "doc/source/p54.html",
    "doc/dataset/regions.html", "all/state/09/moro-contains.html", "all/concept/unit-kind-rural-district/moro-unit~4bind.from.html", "404.html",
)  # fmt: skip
"""One page of each type, in German."""


def english(path: str) -> str:
    """The English version of a German page."""
    if path.startswith(("doc/", "all/")) or path == "ontology.html":
        return f"{path.removesuffix('.html')}.en.html"
    return path if path == "404.html" else f"en/{path}"


def in_both(paths: tuple[str, ...]) -> list[str]:
    """The pages in German and in English."""
    return [each for path in paths for each in ([path] if path == "404.html" else [path, english(path)])]
