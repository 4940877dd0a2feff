"""The query store: Oxigraph, for queries only.

It holds every published quad in the graph of its source, and in the default graph the union of all. Loading rewrites some
literals to their canonical form (`"1.50"` → 1.5), so nothing is ever exported from a store.
"""

from __future__ import annotations

from pathlib import Path

import pyoxigraph

from .graphs import Quads, to_nquads, to_ntriples


def build(folder: Path, quads: Quads) -> None:
    """Make the read-only store of a release in an empty folder."""
    store = pyoxigraph.Store(str(folder))
    _load(store, quads)
    store.flush()
    store.optimize()
    del store  # closes the files and gives the store's own lock free


def in_memory(quads: Quads) -> pyoxigraph.Store:
    """The same store in memory."""
    store = pyoxigraph.Store()
    _load(store, quads)
    return store


def _load(store: pyoxigraph.Store, quads: Quads) -> None:
    store.bulk_load(to_nquads(quads), format=pyoxigraph.RdfFormat.N_QUADS)
    store.bulk_load(to_ntriples(quads.union()), format=pyoxigraph.RdfFormat.N_TRIPLES)


def nquads_of(store: pyoxigraph.Store) -> bytes:
    """The quads of all named graphs of a store, as sorted N-Quads lines: what `manifest.json` has the hash of."""
    lines = (pyoxigraph.serialize(store, format=pyoxigraph.RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
    return b"".join(sorted(line for line in lines if line.endswith(b"> .\n") and _has_graph(line)))


def _has_graph(line: bytes) -> bool:
    """Whether an N-Quads line names a graph: its last word follows a space and the word before it ends a term."""
    words = line[:-3].rsplit(b" ", 1)
    return words[-1].startswith(b"<") and words[0].count(b" ") >= 2


def read_only(folder: Path) -> pyoxigraph.Store:
    """Open the store of a release, for reading."""
    return pyoxigraph.Store.read_only(str(folder))
