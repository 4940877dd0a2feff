"""Write docs/settings.md, the reference of moro-lod.toml, from the settings as `project.py` declares them.

`python scripts/document_settings.py` rewrites the page; with `--check` it changes nothing and ends with 1 if the page is old.
What a setting means stands there as the comment behind it, so that program and page cannot drift apart.
"""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "moro_lod" / "project.py"
PAGE = ROOT / "docs" / "settings.md"

INTRODUCTION = """# Settings

Everything that makes one publication differ from another stands in `moro-lod.toml`. This page lists every setting; it is written by
`python scripts/document_settings.py` from the program itself. `tests/example/moro-lod.toml` is a small complete example,
`moro-lod.toml` a large one. A misspelt or misplaced setting is an error that names its line.

“Text per language” is written `{ de = "…", en = "…" }`. Terms are CURIEs (`moro:within`) with the prefixes of `[prefixes]`; `id:`
stands for `{base}id/`. A path is a SPARQL property path: `moro:partOfArea/^moro:territory`. **Bold** settings are required.
"""

WORDS = {
    "str": "text", "Words": "text per language", "bool": "true or false", "Count": "whole number from 1", "Slug": "lower-case words with hyphens",
    "datetime.date": "date", "datetime.date | None": "date", "LanguageTag": "language tag",
    "dict[str, str]": "table: name → text", "dict[str, tuple[str, ...]]": "table: language → list of texts",
}  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """One line of a class of settings."""

    name: str
    kind: str  # the annotation, as written
    default: str | None  # as written; None for required ones
    comment: str


def classes() -> dict[str, tuple[str, list[Setting]]]:
    """Class → its docstring and its settings, in the order of the source."""
    text = SOURCE.read_text(encoding="utf-8")
    lines = text.splitlines()
    found = {}
    for each in ast.parse(text).body:
        if isinstance(each, ast.ClassDef) and any(ast.unparse(base) == "Struct" for base in each.bases):
            settings = [_setting(line, lines) for line in each.body if isinstance(line, ast.AnnAssign)]
            found[each.name] = (ast.get_docstring(each) or "", settings)
    return found


def _setting(line: ast.AnnAssign, lines: list[str]) -> Setting:
    name, default = ast.unparse(line.target), ast.unparse(line.value) if line.value else None
    renamed = re.fullmatch(r"field\(name='(\w+)'\)", default or "")
    if renamed:
        name, default = renamed[1], None
    own = "\n".join(lines[line.lineno - 1 : line.end_lineno])
    comment = re.search(r"  # (?!fmt|noqa)(.*)$", own, re.MULTILINE)
    return Setting(name, ast.unparse(line.annotation), default, comment[1] if comment else "")


def page() -> str:
    """The whole page."""
    known = classes()
    parts = [INTRODUCTION]

    def section(title: str, name: str) -> None:
        about, settings = known[name]
        plain = [each for each in settings if _class_of(each.kind) not in known]
        parts.append(f"\n## {title}\n\n{_paragraph(about)}\n")
        if plain:
            rows = [f"| {_name(each)} | {_kind(each.kind)} | {_default(each)} | {_cell(each.comment)} |" for each in plain]
            parts.append("\n| Setting | Value | Default | Meaning |\n| --- | --- | --- | --- |\n" + "\n".join(rows) + "\n")
        for each in settings:
            inner = _class_of(each.kind)
            if inner in known:
                path = f"{title.strip('`[]')}.{each.name}" if name != "Settings" else each.name
                section(f"`[[{path}]]`" if each.kind.startswith("tuple") else f"`[{path}]`", inner)

    section("At the top", "Settings")
    return "".join(parts)


def _class_of(kind: str) -> str:
    """The class of a setting that is a table of its own, or a list of such tables."""
    return re.sub(r"^tuple\[(?:str \| )?(\w+), \.\.\.\]$", r"\1", kind)


def _name(setting: Setting) -> str:
    return f"**`{setting.name}`**" if setting.default is None else f"`{setting.name}`"


def _kind(kind: str) -> str:
    if kind in WORDS:
        return WORDS[kind]
    if found := re.fullmatch(r"tuple\[(.+), \.\.\.\]", kind):
        return f"list of {_kind(found[1])}s".replace("text per languages", "texts per language")
    if found := re.fullmatch(r"Literal\[(.+)\]", kind):
        return " or ".join(f"`{each}`" for each in re.findall(r"'([^']+)'", found[1]))
    if found := re.fullmatch(r"Annotated\[(\w+), .*\]", kind):
        return _kind(found[1])
    return f"`{kind}`"


def _default(setting: Setting) -> str:
    if setting.default in (None, "''", "()", "{}", "None"):
        return ""
    assert setting.default is not None  # noqa: S101 - just asked
    text = setting.default.lower() if setting.kind == "bool" else setting.default
    return f"`{text}`".replace("'", '"').replace("(", "[").replace(",)", "]").replace(")", "]")  # as TOML writes it


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _paragraph(text: str) -> str:
    return " ".join(text.split())


def main() -> int:
    """Write the page, or compare it."""
    if "--check" in sys.argv:
        return PAGE.read_text(encoding="utf-8") != page()
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
