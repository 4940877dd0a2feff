"""A module imports only from its own layer or from an earlier one; the core touches neither files nor network nor clock."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

LAYERS = {
    "vocabulary": "errors terms namespaces formats files",
    "core": "graphs iris lexical sparql encoding syntax inference validation cleaning conflicts description changes statistics distributions"
    " catalogue site negotiation",
    "edges": "project example sources queries release store answers server preflight",
    "pipeline": "pipeline",
    "command line": "cli __main__ __init__",
}
LEVEL = {module: level for level, modules in enumerate(LAYERS.values()) for module in modules.split()}
FORBIDDEN_IN_CORE = {"socket", "urllib.request", "http.client", "subprocess", "tempfile", "random", "time", "locale"}


def modules(root: Path) -> list[Path]:
    return sorted((root / "src" / "moro_lod").rglob("*.py"))


def top(path: Path, package: Path) -> str:
    parts = path.relative_to(package).parts
    return parts[0].removesuffix(".py")


def imports(path: Path, package: Path) -> Iterator[str]:
    """The absolute names of what a module imports at run time; imports for types alone do not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for inner in ast.walk(node)
    }
    here = ("moro_lod", *path.relative_to(package).parent.parts)
    for node in ast.walk(tree):
        if node in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = ".".join(here[: len(here) - node.level + 1]) if node.level else ""
            name = ".".join(part for part in (start, node.module) if part)
            yield name
            yield from (f"{name}.{alias.name}" for alias in node.names)


def test_modules_import_only_from_their_own_layer_or_an_earlier_one(root: Path) -> None:
    package = root / "src" / "moro_lod"
    wrong = []
    for path in modules(root):
        module = top(path, package)
        if module == "__init__":  # the door for Python users calls the steps, lazily
            continue
        for name in imports(path, package):
            parts = name.split(".")
            if parts[0] == "moro_lod" and len(parts) > 1 and parts[1] in LEVEL and LEVEL[parts[1]] > LEVEL[module]:
                wrong.append(f"{path.relative_to(package)} imports {name}")
    assert wrong == []


def test_every_module_has_its_layer(root: Path) -> None:
    package = root / "src" / "moro_lod"
    assert {top(path, package) for path in modules(root)} <= set(LEVEL)


@pytest.mark.parametrize("layer", ["vocabulary", "core"])
def test_the_core_reaches_neither_network_nor_clock_nor_chance(root: Path, layer: str) -> None:
    package = root / "src" / "moro_lod"
    members = LAYERS[layer].split()
    found = [
        f"{path.relative_to(package)}: {name}"
        for path in modules(root)
        if top(path, package) in members
        for name in imports(path, package)
        if name in FORBIDDEN_IN_CORE
    ]
    assert found == []


def test_nothing_about_one_publication_is_in_the_program(root: Path) -> None:
    """Another agency publishes with the same program: its source names none of this project's terms, things or figures."""
    words = (
        "modellvorhaben",
        "raumordnung",
        "bbsr",
        "w3id.org/moro-lod",
        "modelregion",
        "heidekreis",
        "stadt-land",
        "researchfield",
    )
    texts = [
        path for path in (root / "src" / "moro_lod").rglob("*") if path.suffix in (".py", ".html", ".rq", ".po", ".xml")
    ]
    found = [f"{path.name}: {word}" for path in texts for word in words if word in path.read_text(encoding="utf-8").lower()]
    assert found == []
