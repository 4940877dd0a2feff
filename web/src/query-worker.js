// Answers queries inside the browser: Oxigraph (WebAssembly) over the published dump, in a worker that can be ended.
import init, { Store } from "oxigraph/web.js";
import { answer, fill } from "./engine.js";

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

/** The store with the whole dump; one that could not be filled is forgotten. */
async function open(data, report) {
  report({ state: "fetching" });
  const [text] = await Promise.all([read(data.dump, report), init({ module_or_path: data.wasm })]);
  return fill(new Store(), text);
}

self.onmessage = async ({ data }) => {
  const report = (message) => self.postMessage(message);
  try {
    store ??= await open(data, report);
    report({ state: "running" });
    report({ state: "done", ...answer(store, data.query) });
  } catch (error) {
    report({ state: "failed", message: String(error?.message ?? error) });
  }
};
