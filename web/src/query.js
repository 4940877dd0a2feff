// The query page: yasqe as editor; an endpoint or Oxigraph in a worker answers; the result is a sortable table.
import Yasqe from "@zazuko/yasqe";
import "@zazuko/yasqe/build/yasqe.min.css";
import { csv, save } from "./csv.js";

const page = document.querySelector("[data-query]");
const words = page.dataset;
const setup = JSON.parse(document.getElementById("query-setup").textContent);
const area = page.querySelector("textarea");
const state = page.querySelector("[data-state]");
const output = page.querySelector("[data-output]");
const run = page.querySelector("[data-run]");
const cancel = page.querySelector("[data-cancel]");
const SHOWN = 1000; // rows
const LONGEST = 200_000; // letters of a graph

const address = new URL(location.href);
const initial = new URLSearchParams(address.hash.slice(1)).get("query") ?? address.searchParams.get("query") ?? area.value;

// Completion comes from the publication itself: its classes and properties. Nothing is asked anywhere else.
for (const name of ["prefixes", "property", "class"]) delete Yasqe.Autocompleters[name];
const completer = (name, key, valid) => ({
  name,
  bulk: true,
  autoShow: false,
  persistenceId: null,
  isValidCompletionPosition: valid,
  get: () => Promise.resolve(setup[key].map((entry) => entry.iri)),
  preProcessToken: (yasqe, token) => {
    if (token.string.includes(":") && !token.string.startsWith("<")) {
      const [prefix, local] = [token.string.slice(0, token.string.indexOf(":")), token.string.slice(token.string.indexOf(":") + 1)];
      const base = yasqe.getPrefixesFromQuery()[prefix];
      if (base) return { ...token, autocompletionString: base + local, tokenPrefix: `${prefix}:`, tokenPrefixUri: base };
    }
    return { ...token, autocompletionString: token.string.replace(/^</, "") };
  },
  postProcessSuggestion: (_yasqe, token, text) => (token?.tokenPrefixUri && text.startsWith(token.tokenPrefixUri) ? token.tokenPrefix + text.slice(token.tokenPrefixUri.length) : `<${text}>`),
});
const previous = (yasqe) => {
  const cursor = yasqe.getDoc().getCursor();
  const token = yasqe.getTokenAt(cursor);
  return { token, before: yasqe.getPreviousNonWsToken(cursor.line, token).string };
};
Yasqe.registerAutocompleter(completer("classes", "classes", (yasqe) => {
  const { token, before } = previous(yasqe);
  return !token.string.startsWith("?") && (before === "a" || before === "rdf:type" || /^rdfs:subClassOf$/i.test(before));
}), false);
Yasqe.registerAutocompleter(completer("properties", "properties", (yasqe) => {
  const { token } = previous(yasqe);
  return !token.string.startsWith("?") && token.state?.possibleCurrent?.includes?.("a");
}), false);

Yasqe.defaults.autocompleters = ["variables", "classes", "properties"];

const host = document.createElement("div");
host.className = "editor";
area.closest("[data-editor]").before(host);
area.closest("[data-editor]").hidden = true;
const yasqe = new Yasqe(host, {
  value: initial,
  persistenceId: null,
  createShareableLink: null,
  showQueryButton: false,
  resizeable: false,
  autofocus: false,
  lineWrapping: true,
  tabSize: 2,
  indentUnit: 2,
  extraKeys: {
    Tab: false, "Shift-Tab": false, // the key leaves the field, as everywhere
    "Ctrl-Enter": () => start(), "Cmd-Enter": () => start(), "Ctrl-Space": () => yasqe.autocomplete(true),
  },
});
yasqe.setSize(null, "auto");
yasqe.getInputField().setAttribute("aria-label", words.labelEditor);
yasqe.getInputField().setAttribute("aria-describedby", "query-help");
host.querySelectorAll(".yasqe_share, .yasqe_queryButton, .resizeWrapper").forEach((each) => each.remove());
requestAnimationFrame(() => yasqe.refresh());

for (const link of page.querySelectorAll("[data-example]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    yasqe.setValue(setup.examples[Number(link.dataset.example)].query);
    share();
    yasqe.focus();
    host.scrollIntoView({ block: "nearest" });
  });
}

let worker;
let pending;
let began = 0;
page.querySelector("[data-tools]").hidden = false;

function say(text, bad = false) {
  state.textContent = text;
  state.classList.toggle("bad", bad);
}

let running = false;

function busy(on) {
  running = on;
  run.setAttribute("aria-disabled", String(on)); // it keeps the focus
  if (!on && document.activeElement === cancel) run.focus();
  cancel.hidden = !on;
  output.setAttribute("aria-busy", String(on));
}

function share() {
  const link = new URL(location.href);
  link.hash = new URLSearchParams({ query: yasqe.getValue() }).toString();
  history.replaceState(null, "", link);
  return link.href;
}

async function start() {
  if (running) return; // one at a time
  const query = yasqe.getValue();
  output.replaceChildren();
  yasqe.getAllMarks().forEach((mark) => mark.clear());
  busy(true);
  began = performance.now();
  share();
  try {
    const answer = setup.endpoint ? await ask(query) : await compute(query);
    const seconds = ((performance.now() - began) / 1000).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 2 });
    show(answer, seconds);
  } catch (error) {
    if (error?.name === "AbortError") say(words.cancelled);
    else fail(String(error?.message ?? error));
  } finally {
    busy(false);
  }
}

function compute(query) {
  return new Promise((resolve, reject) => {
    worker ??= new Worker(setup.worker, { type: "module" });
    pending = { reject };
    worker.onerror = (event) => {
      worker = undefined;
      reject(new Error(event.message || words.noWorker));
    };
    worker.onmessage = ({ data }) => {
      if (data.state === "done") resolve(data);
      else if (data.state === "failed") reject(new Error(data.message));
      else say(words[`state${data.state[0].toUpperCase()}${data.state.slice(1)}`] ?? "");
    };
    worker.postMessage({ query, dump: new URL(setup.dump, location.href).href, wasm: new URL(setup.wasm, location.href).href });
  });
}

async function ask(query) {
  const control = new AbortController();
  pending = { reject: () => {}, control };
  say(words.stateRunning);
  const url = new URL(setup.endpoint, location.href);
  const long = query.length > 4000;
  if (!long) url.searchParams.set("query", query);
  const answer = await fetch(url, {
    method: long ? "POST" : "GET",
    body: long ? query : undefined,
    signal: control.signal,
    headers: { Accept: "application/sparql-results+json, text/turtle;q=0.9", ...(long ? { "Content-Type": "application/sparql-query" } : {}) },
  });
  const text = await answer.text();
  if (!answer.ok) {
    let message = text;
    try {
      const body = JSON.parse(text);
      message = body.detail ?? body.title ?? text;
    } catch { /* plain text */ }
    throw new Error(message);
  }
  return { type: answer.headers.get("Content-Type") ?? "", text };
}

cancel.addEventListener("click", () => {
  worker?.terminate();
  worker = undefined;
  pending?.control?.abort();
  pending?.reject(new DOMException("", "AbortError"));
});
run.addEventListener("click", start);
page.querySelector("[data-share]").addEventListener("click", async () => {
  const link = share();
  try {
    await navigator.clipboard.writeText(link);
    say(words.copied);
  } catch {
    say(link);
  }
});

/** Where the query is wrong: the line is marked and named. */
function fail(message) {
  const place = /(?:at|line)\s+(\d+)(?::|, column |\s+column\s+)(\d+)/i.exec(message);
  say(`${words.failed} ${message}`, true);
  if (place) {
    const line = Number(place[1]) - 1;
    const length = yasqe.getDoc().getLine(line)?.length ?? 0;
    const column = Math.max(0, Math.min(Number(place[2]) - 1, length - 1));
    yasqe.getDoc().markText({ line, ch: column }, { line, ch: column + 1 }, { className: "wrong" });
    yasqe.getDoc().setCursor({ line, ch: column });
    yasqe.focus();
  }
}

const text = (term) => term?.value ?? "";
const shown = (term) => (term?.type === "uri" && nameOf(term.value)) || text(term);
const numeric = (term) => term?.datatype && /#(integer|decimal|double|float|int|long|nonNegativeInteger)$/.test(term.datatype);

function shorten(iri) {
  for (const [prefix, base] of setup.prefixesByLength) if (iri.startsWith(base) && /^[\w-]*$/.test(iri.slice(base.length))) return `${prefix}:${iri.slice(base.length)}`;
  return iri;
}

/** The path of a thing's own page without ending, "" where it has none that is plain to see. */
function pageOf(iri) {
  const local = iri.startsWith(`${setup.base}id/`) ? iri.slice(setup.base.length + 3) : "";
  return /^[a-z0-9][a-z0-9/._-]*[a-z0-9]$/.test(local) ? `doc/${local}` : "";
}

/** Own things lead to their pages, in the language of this page. */
function href(iri) {
  const page = pageOf(iri);
  if (page) return `${setup.root}${page}${setup.suffix}`;
  return /^https?:/i.test(iri) ? iri : null;
}

// Names: those of the vocabulary come with the page, those of things from the search index, once a result has things.
const names = new Map([...setup.classes, ...setup.properties].map(({ iri, label }) => [iri, label]));
let things;
const nameOf = (iri) => names.get(iri) ?? things?.get(pageOf(iri));

async function nameThings(rows) {
  if (things || !rows.some((row) => Object.values(row).some((term) => term.type === "uri" && pageOf(term.value)))) return false;
  const answer = await fetch(`${setup.root}search.json`);
  if (!answer.ok) return false;
  const language = document.documentElement.lang;
  const stored = Object.values((await answer.json()).index.storedFields);
  things = new Map(stored.map(({ t, u }) => [u, (t[language] ?? Object.values(t)[0])[0]]));
  return true;
}

function cell(term) {
  const td = document.createElement("td");
  if (!term) return td;
  if (term.type === "uri") {
    const target = href(term.value);
    const inner = document.createElement(target ? "a" : "span");
    if (target) inner.href = target;
    const name = nameOf(term.value);
    inner.textContent = name ?? shorten(term.value);
    inner.title = term.value;
    td.append(inner);
    if (name) {
      const short = document.createElement("small");
      short.className = "muted";
      short.textContent = shorten(term.value);
      td.append(" ", short);
    }
  } else {
    const inner = document.createElement("bdi");
    inner.textContent = term.value.length > 400 ? `${term.value.slice(0, 400)} …` : term.value;
    if (term["xml:lang"]) inner.lang = term["xml:lang"];
    td.append(inner);
    if (numeric(term)) td.className = "number";
  }
  return td;
}

function downloads(...files) {
  const holder = document.createElement("p");
  holder.className = "buttons";
  for (const [label, make, type, name] of files) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "kern-btn kern-btn--secondary kern-btn--x-small";
    button.append(Object.assign(document.createElement("span"), { className: "kern-label", textContent: `${words.download} ${label}` }));
    button.addEventListener("click", () => save(make(), type, name));
    holder.append(button);
  }
  return holder;
}

function show({ type, text: content }, seconds) {
  if (!type.includes("json")) { // a graph
    const pre = document.createElement("pre");
    pre.tabIndex = 0;
    pre.textContent = content.length > LONGEST ? `${content.slice(0, LONGEST)} …` : content;
    output.append(downloads(["Turtle", () => content, "text/turtle", "result.ttl"]), pre);
    say(`${seconds} s`);
    return;
  }
  const answer = JSON.parse(content);
  if (answer.boolean !== undefined) {
    say(`${answer.boolean ? words.yes : words.no} (${seconds} s)`);
    return;
  }
  const rows = answer.results.bindings;
  const { vars } = answer.head;
  say(words.count.replace("%d", String(rows.length)).replace("%s", seconds));
  if (!rows.length) return;
  const lines = () => [vars, ...rows.map((row) => vars.map((name) => [text(row[name]), Boolean(numeric(row[name]))]))];
  output.append(downloads(
    ["CSV", () => csv(lines()), "text/csv;charset=utf-8", "result.csv"],
    ["JSON", () => `${content}\n`, "application/sparql-results+json", "result.json"],
  ));
  const geometries = drawing(rows);
  if (geometries) output.append(geometries);
  const { element, fill } = table(vars, rows);
  output.append(element);
  nameThings(rows).then((more) => more && fill(), () => {}); // without the index, things keep their short addresses
}

function table(vars, rows) {
  const holder = document.createElement("div");
  holder.className = "table-holder";
  holder.tabIndex = 0;
  holder.setAttribute("role", "group");
  holder.setAttribute("aria-label", words.labelTable);
  const element = document.createElement("table");
  element.className = "data-table";
  const head = element.createTHead().insertRow();
  const body = element.createTBody();
  let order = rows;
  const fill = () => {
    body.replaceChildren(...order.slice(0, SHOWN).map((row) => {
      const line = document.createElement("tr");
      line.append(...vars.map((name) => cell(row[name])));
      return line;
    }));
  };
  for (const name of vars) {
    const th = document.createElement("th");
    th.scope = "col";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.textContent = name;
    button.addEventListener("click", () => {
      const down = th.getAttribute("aria-sort") === "ascending";
      head.querySelectorAll("th").forEach((each) => each.removeAttribute("aria-sort"));
      th.setAttribute("aria-sort", down ? "descending" : "ascending");
      const compare = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;
      order = [...rows].sort((a, b) => (numeric(a[name]) && numeric(b[name]) ? Number(text(a[name])) - Number(text(b[name])) : compare(shown(a[name]), shown(b[name]))) * (down ? -1 : 1));
      fill();
    });
    th.append(button);
    head.append(th);
  }
  fill();
  holder.append(element);
  if (rows.length > SHOWN) {
    const note = document.createElement("p");
    note.textContent = words.shown.replace("%d", String(SHOWN));
    holder.append(note);
  }
  return { element: holder, fill };
}

/** Points, lines and polygons of WKT literals as one drawing, with the first other column as title. */
function drawing(rows) {
  const shapes = [];
  for (const row of rows) {
    const geometry = Object.values(row).find((term) => /^\s*(<[^>]*>\s*)?(MULTI)?(POINT|POLYGON|LINESTRING)\s*[ZM]*\s*\(/i.test(text(term)));
    if (!geometry) continue;
    const title = Object.values(row).find((term) => term !== geometry && term.type === "literal") ?? Object.values(row).find((term) => term !== geometry);
    const rings = [...geometry.value.matchAll(/\(([^()]+)\)/g)].map((match) => match[1].split(",").map((pair) => pair.trim().split(/\s+/).slice(0, 2).map(Number)));
    shapes.push({ title: text(title), rings, point: /POINT/i.test(geometry.value) });
  }
  const points = shapes.flatMap((shape) => shape.rings.flat()).filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  if (!points.length) return null;
  let [west, east, south, north] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [x, y] of points) [west, east, south, north] = [Math.min(west, x), Math.max(east, x), Math.min(south, y), Math.max(north, y)];
  const squeeze = Math.cos(((south + north) / 2) * Math.PI / 180);
  const scale = 600 / Math.max((east - west) * squeeze, north - south, 0.05);
  const place = ([x, y]) => [((x - west) * squeeze * scale + 10).toFixed(1), ((north - y) * scale + 10).toFixed(1)];
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", `0 0 ${((east - west) * squeeze * scale + 20).toFixed(0)} ${((north - south) * scale + 20).toFixed(0)}`);
  svg.setAttribute("class", "result-map");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", words.labelMap.replace("%d", String(shapes.length)));
  for (const shape of shapes) {
    const element = document.createElementNS(namespace, "path");
    element.setAttribute("d", shape.rings.map((ring) => (shape.point
      ? ring.map(place).map(([x, y]) => `M${x},${y}m-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0`).join("")
      : `M${ring.map((pair) => place(pair).join(",")).join("L")}Z`)).join(""));
    element.setAttribute("fill-rule", "evenodd");
    const title = document.createElementNS(namespace, "title");
    title.textContent = shape.title;
    element.append(title);
    svg.append(element);
  }
  return svg;
}
