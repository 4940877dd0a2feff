"""A query worker: one process, one read-only store, one query at a time, in a cage (`sandbox.py`).

Started by `pool.py` as a program of its own, so that it loads next to nothing: it is ready in about a tenth of a second.
It answers over a socket it inherited: a frame is eight bytes of length and a body; a question is JSON; an answer is four
bytes of length, a JSON head, and the complete result. It ends with the server.
"""

from __future__ import annotations

import _thread
import json
import os
import re
import resource
import struct
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyoxigraph

HTML = "text/html"
HTML_ROWS = 1000  # rows of a result that are shown as a table
STACK = 128 * 1024 * 1024  # bytes for the thread that queries: nested queries recurse

_POSITION = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_XML = ("application/sparql-results+xml", "application/xml", "text/xml", "application/rdf+xml")
_NAMES = {  # what a format is called by those who ask for it → by the engine
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
}


class _TooLargeError(Exception):
    """The result is over the limit."""


class _Capped:
    """A file in memory that takes a limited number of bytes."""

    def __init__(self, limit: int) -> None:
        self.left = limit
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.left -= len(data)
        if self.left < 0:
            raise _TooLargeError
        self.parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""


def main(arguments: list[str]) -> None:
    """Run with: folder of `server`, store, descriptor, bytes of memory, 1 for the cage or 0."""
    folder, store_path, descriptor, memory, caged = arguments
    sys.path.insert(0, folder)
    import sandbox  # type: ignore[import-not-found, unused-ignore]

    sandbox.die_with_parent()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if caged == "1":
        sandbox.enter()
    _thread.stack_size(STACK)
    done = _thread.allocate_lock()
    done.acquire()
    _thread.start_new_thread(_serve, (int(descriptor), store_path, int(memory), done))
    done.acquire()
    os._exit(0)


def _limit_memory(more: int) -> None:
    """Allow this process `more` bytes of address space than it has now, and no further."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123  pathlib takes time to load
            now = int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        now = 1 << 30
    resource.setrlimit(resource.RLIMIT_AS, (now + more, now + more))


def _serve(descriptor: int, store_path: str, memory: int, done: Any) -> None:
    try:
        try:
            import pyoxigraph

            store = pyoxigraph.Store.read_only(store_path)
            bool(store.query("ASK { ?s ?p ?o }"))
            _limit_memory(memory)
        except OSError as error:
            _send(descriptor, {"status": "broken", "message": str(error)}, b"")
            return
        _send(descriptor, {"status": "ready"}, b"")
        while question := _receive(descriptor):
            head, body = answer(store, question)
            _send(descriptor, head, body)
    finally:
        done.release()


def _receive(descriptor: int) -> dict[str, Any] | None:
    length = _read(descriptor, 8)
    if length is None:
        return None
    frame = _read(descriptor, struct.unpack("!Q", length)[0])
    return None if frame is None else json.loads(frame)


def _read(descriptor: int, size: int) -> bytes | None:
    data = os.read(descriptor, size)
    if len(data) == size:
        return data
    parts = [data]
    missing = size - len(data)
    while missing:
        if not data:
            return None
        data = os.read(descriptor, min(missing, 1 << 20))
        parts.append(data)
        missing -= len(data)
    return b"".join(parts)


def _send(descriptor: int, head: dict[str, Any], body: bytes) -> None:
    header = json.dumps(head).encode()
    data = memoryview(struct.pack("!QI", 4 + len(header) + len(body), len(header)) + header + body)
    while data:
        data = data[os.write(descriptor, data) :]


def answer(store: pyoxigraph.Store, question: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Run one query. The question says: query, default, named (lists of IRIs or None),
    results and graph (media types, or None where that kind of answer is not wanted), encodings (best first), limit (bytes)."""
    import pyoxigraph
    import screen  # type: ignore[import-not-found, unused-ignore]

    query = question["query"]
    screened = screen.screen(query)
    if screened.problem:
        line, column = screen.line_and_column(query, screened.position)
        return {"status": screened.problem, "line": line, "column": column}, b""
    try:
        result = _run(store, question)
        is_graph = isinstance(result, pyoxigraph.QueryTriples)
        wanted = question["graph"] if is_graph else question["results"]
        if wanted is None:
            return {"status": "not-acceptable", "graph": is_graph}, b""
        head = {"status": "ok", "type": wanted, "volatile": screened.volatile, "graph": is_graph}
        if wanted == HTML:
            body, more = _table(result, question["limit"])
            head["more"] = more
        else:
            output = _Capped(question["limit"])
            name = _NAMES.get(wanted, wanted)
            kind = pyoxigraph.RdfFormat if is_graph else pyoxigraph.QueryResultsFormat
            result.serialize(output, kind.from_media_type(name))
            body = b"".join(output.parts)
            if wanted in _XML and _NOT_XML.search(body):
                return {"status": "not-xml"}, b""
    except SyntaxError as error:
        return _syntax_error(str(error)), b""
    except _TooLargeError:
        return {"status": "too-large"}, b""
    except MemoryError:
        return {"status": "memory"}, b""
    except (OSError, ValueError, RuntimeError) as error:
        return {"status": "failed", "message": str(error)[:500]}, b""
    return _compress(head, body, question["encodings"])


def _run(store: pyoxigraph.Store, question: dict[str, Any]) -> Any:
    import pyoxigraph

    options: dict[str, Any] = {}
    if question["default"] is not None or question["named"] is not None:
        # SPARQL 1.1 Protocol §2.1.4: the dataset is what the request names, and nothing else
        options["default_graph"] = [pyoxigraph.NamedNode(each) for each in question["default"] or ()]
        options["named_graphs"] = [pyoxigraph.NamedNode(each) for each in question["named"] or ()]
    return store.query(question["query"], **options)


def _syntax_error(message: str) -> dict[str, Any]:
    found = _POSITION.match(message)
    if found is None:
        return {"status": "syntax", "line": 1, "column": 1, "message": message[:500]}
    return {"status": "syntax", "line": int(found[1]), "column": int(found[2]), "message": found[3][:500]}


def _compress(head: dict[str, Any], body: bytes, encodings: list[str]) -> tuple[dict[str, Any], bytes]:
    if len(body) < 1000:
        return head, body
    for encoding in encodings:
        if encoding == "zstd":
            import zstandard

            return {**head, "encoding": encoding}, zstandard.ZstdCompressor(level=3).compress(body)
        if encoding == "br":
            import brotli

            return {**head, "encoding": encoding}, brotli.compress(body, quality=4)
        if encoding == "gzip":
            import zlib

            packer = zlib.compressobj(5, zlib.DEFLATED, 31)
            return {**head, "encoding": encoding}, packer.compress(body) + packer.flush()
    return head, body


def _table(result: Any, limit: int) -> tuple[bytes, bool]:
    """The result as an HTML table, for people; at most `HTML_ROWS` rows. All text is escaped."""
    import pyoxigraph

    if isinstance(result, pyoxigraph.QueryBoolean):
        return (b'<p class="answer">true</p>' if bool(result) else b'<p class="answer">false</p>'), False
    if isinstance(result, pyoxigraph.QueryTriples):
        names = ["subject", "predicate", "object"]
        rows: Any = ((each.subject, each.predicate, each.object) for each in result)
    else:
        names = [each.value for each in result.variables]
        rows = result
    output = _Capped(limit)
    heads = "".join(f'<th scope="col">{_escape(name)}</th>' for name in names)
    output.write(f"<table><thead><tr>{heads}</tr></thead><tbody>".encode())
    more = False
    for number, row in enumerate(rows):
        if number == HTML_ROWS:
            more = True
            break
        cells = "".join(f"<td>{_cell(value)}</td>" for value in row)
        output.write(f"<tr>{cells}</tr>\n".encode())
    output.write(b"</tbody></table>")
    return b"".join(output.parts), more


def _cell(term: Any) -> str:
    import pyoxigraph

    if term is None:
        return ""
    if isinstance(term, pyoxigraph.NamedNode):
        text = _escape(term.value)
        if term.value.startswith(("http://", "https://", "mailto:")):
            return f'<a href="{text}" rel="nofollow noopener">{text}</a>'
        return text
    if isinstance(term, pyoxigraph.Literal):
        text = _escape(term.value)
        if term.language:
            return f'<span lang="{_escape(term.language)}">{text}</span>'
        return text
    return _escape(str(term))


def _escape(text: str) -> str:
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        text = text.replace(char, entity)
    return text


if __name__ == "__main__":
    main(sys.argv[1:])
