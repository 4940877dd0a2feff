// Answers queries inside the browser: Oxigraph (WebAssembly) over the published dump, in a worker that can be ended.
import init, { Store } from "oxigraph/web.js";

let store;

async function read(url, report) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  report({ state: "loading" });
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return new TextDecoder().decode(bytes);
  const plain = new Response(bytes).body.pipeThrough(new DecompressionStream("gzip"));
  return new Response(plain).text();
}

function plainTerm(term) {
  if (term.termType === "NamedNode") return { type: "uri", value: term.value };
  if (term.termType === "BlankNode") return { type: "bnode", value: term.value };
  const datatype = term.datatype?.value;
  const plain = !datatype || datatype === "http://www.w3.org/2001/XMLSchema#string" || term.language;
  return { type: "literal", value: term.value, ...(term.language ? { "xml:lang": term.language } : {}), ...(plain ? {} : { datatype }) };
}

self.onmessage = async ({ data }) => {
  const report = (message) => self.postMessage(message);
  try {
    if (!store) {
      report({ state: "fetching" });
      const [text] = await Promise.all([read(data.dump, report), init({ module_or_path: data.wasm })]);
      store = new Store();
      store.load(text, { format: "application/n-quads", unchecked: false, no_transaction: true });
    }
    report({ state: "running" });
    const found = store.query(data.query, { use_default_graph_as_union: true });
    if (typeof found === "boolean") report({ state: "done", boolean: found });
    else if (Array.isArray(found) && (found.length === 0 || found[0] instanceof Map)) {
      report({ state: "done", rows: found.map((row) => Object.fromEntries([...row].map(([name, term]) => [name, plainTerm(term)]))) });
    } else if (typeof found === "string") report({ state: "done", text: found });
    else {
      const lines = found.map((quad) => [quad.subject, quad.predicate, quad.object].map((term) => plainTerm(term)));
      report({ state: "done", rows: lines.map(([subject, predicate, object]) => ({ subject, predicate, object })), graph: found.map((quad) => `${quad.subject} ${quad.predicate} ${quad.object} .`).join("\n") });
    }
  } catch (error) {
    report({ state: "failed", message: String(error?.message ?? error) });
  }
};
