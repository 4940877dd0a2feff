// The store of the query page and its answers: the same as the publisher's own (store.py), so that both count alike.
const TABLE = "application/sparql-results+json";
const GRAPH = "text/turtle";

/** Put N-Quads into an empty store: each statement in the graph of its source, and once in the default graph. */
export function fill(store, quads) {
  store.load(quads, { format: "application/n-quads", unchecked: false, no_transaction: true });
  store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?graph { ?s ?p ?o } }");
  return store;
}

/** The answer as an endpoint gives it: a type and a text. Only Oxigraph knows which of the two a query gives. */
export function answer(store, query) {
  try {
    return { type: TABLE, text: store.query(query, { results_format: TABLE }) };
  } catch (error) {
    if (!/Not supported RDF format/.test(String(error?.message))) throw error;
    return { type: GRAPH, text: store.query(query, { results_format: GRAPH }) };
  }
}
