// The query page: questions with fields, yasqe as editor; an endpoint or Oxigraph in a worker answers, as map and table.
import Yasqe from "@zazuko/yasqe";
import "@zazuko/yasqe/build/yasqe.min.css";
import { csv, save } from "./csv.js";
import { columnsOf, geojson, geometryOf, isGeometry, mistakeIn, projectionFor, ringsOf, spaced, termFor, textOf } from "./results.js";

const page = document.querySelector("[data-query]");
const words = page.dataset;
const setup = JSON.parse(document.getElementById("query-setup").textContent);
const language = document.documentElement.lang;
const part = (name) => page.querySelector(`[data-${name}]`);
const area = page.querySelector("textarea");
const [state, output, run, cancel, list, box, fields, title] = ["state", "output", "start", "cancel", "questions", "text", "fields", "title"].map(part);
const links = [...page.querySelectorAll("[data-example]")];
const narrow = matchMedia("(max-width: 62rem)");
const SHOWN = 1000; // rows
const LONGEST = 200_000; // letters of a graph

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
  value: area.value,
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

const notify = yasqe.showNotification.bind(yasqe);
yasqe.showNotification = (key) => notify(key, words.hint); // the editor's own hint is in English
box.addEventListener("toggle", () => yasqe.refresh());

// The question that is chosen, with the terms of its fields; none for a query of one's own.
let current;
let terms = new Map();

const written = () => `${current.before}${current.fields.map(({ name }) => terms.get(name)).join(" ")}${current.after}`;

/** Put a query into the editor that is not typed there. */
function write(query) {
  if (yasqe.getValue() !== query) yasqe.setValue(query);
}

function describe({ title: text, description = "", limits = "" }) {
  title.textContent = text;
  for (const [name, content] of [["description", description], ["limits", limits]]) {
    part(name).textContent = content;
    part(name).hidden = !content;
  }
  for (const link of links) {
    if (current && setup.examples[Number(link.dataset.example)] === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

/** A question, with some of its fields given as texts. */
function choose(example, given = new Map()) {
  terms = new Map(example.fields.map(({ name, value }) => [name, (given.has(name) && termFor(given.get(name), value)) || value]));
  current = example;
  describe(example);
  drawFields();
  write(written());
}

/** A query of one's own. */
function ownQuery() {
  current = undefined;
  describe({ title: words.own });
  drawFields();
  box.open = true;
}

function drawFields() {
  const shown = (current?.fields ?? []).filter(({ label }) => label);
  fields.hidden = !shown.length;
  fields.replaceChildren(...shown.map(({ name, label, value, choices }) => {
    const holder = document.createElement("div");
    holder.className = "kern-form-input";
    const text = document.createElement("label");
    text.className = "kern-label";
    text.htmlFor = `field-${name}`;
    text.textContent = label;
    const input = document.createElement(choices ? "select" : "input");
    input.className = "kern-form-input__input";
    input.id = `field-${name}`;
    if (choices) input.append(...setup.choices[choices].map(([term, name_]) => new Option(name_, term)));
    input.value = choices ? terms.get(name) : textOf(terms.get(name));
    input.addEventListener("change", () => {
      const term = choices ? input.value : termFor(input.value, value);
      if (!term) {
        say(words.notIri.replace("%s", input.value), true);
        return;
      }
      terms.set(name, term);
      write(written());
      share();
      if (agreed) start();
    });
    holder.append(text, input);
    return holder;
  }));
}

fields.addEventListener("submit", (event) => {
  event.preventDefault();
  start();
});
yasqe.on("change", () => {
  if (current && yasqe.getValue() !== written()) ownQuery();
});
for (const link of links) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    box.open = false;
    choose(setup.examples[Number(link.dataset.example)]);
    share();
    output.replaceChildren();
    say("");
    if (narrow.matches) {
      list.open = false;
      title.focus();
    }
    if (agreed) start();
  });
}
part("write").addEventListener("click", (event) => {
  event.preventDefault();
  ownQuery();
  if (narrow.matches) list.open = false;
  output.replaceChildren();
  say("");
  yasqe.refresh();
  yasqe.focus();
});

/** What the address asks for: `query` is a query, `question` the name of a question, with its fields. True if it asks. */
function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  const asked = given.get("query") ?? new URLSearchParams(location.search).get("query");
  const example = setup.examples.find(({ name }) => name === given.get("question"));
  if (asked) {
    ownQuery();
    write(asked);
  } else if (example || setup.examples.length) choose(example ?? setup.examples[0], new Map(given));
  else ownQuery();
  return Boolean(example);
}

let worker;
let pending;
let began = 0;
let agreed = Boolean(setup.endpoint); // to what the first run loads
part("tools").hidden = false;

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
  const asked = new URLSearchParams(current ? { question: current.name } : { query: yasqe.getValue() });
  for (const { name, label, value } of current?.fields ?? []) if (label && terms.get(name) !== value) asked.set(name, textOf(terms.get(name)));
  link.hash = asked.toString();
  history.replaceState(null, "", link);
  return link.href;
}

async function start() {
  if (running) return; // one at a time
  const query = yasqe.getValue();
  agreed = true;
  run.querySelector("span").textContent = words.run;
  output.replaceChildren();
  yasqe.getAllMarks().forEach((mark) => mark.clear());
  busy(true);
  began = performance.now();
  share();
  try {
    const answer = setup.endpoint ? await ask(query) : await compute(query);
    const seconds = ((performance.now() - began) / 1000).toLocaleString(language, { maximumFractionDigits: 2 });
    show(answer, query, words.seconds.replace("%s", seconds));
  } catch (error) {
    if (error?.name === "AbortError") say(words.cancelled);
    else fail(query, String(error?.message ?? error));
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
part("share").addEventListener("click", async () => {
  const link = share();
  try {
    await navigator.clipboard.writeText(link);
    say(words.copied);
  } catch {
    say(link);
  }
});

/** What is wrong, in a sentence, and where: the place is marked. What the program says stands below. */
function fail(query, message) {
  const { kind, line, column, prefix } = mistakeIn(query, message);
  const sentence = (words[`mistake${kind[0].toUpperCase()}${kind.slice(1)}`] ?? words.failed).replace("%p", prefix);
  const told = line && kind !== "update" && kind !== "empty" ? `${words.place.replace("%l", line).replace("%c", column)} ` : "";
  say(`${told}${sentence}`, true);
  const technical = document.createElement("details");
  const raw = document.createElement("pre");
  raw.tabIndex = 0;
  raw.textContent = message;
  technical.append(Object.assign(document.createElement("summary"), { textContent: words.technical }), raw);
  const iri = setup.prefixesByLength.find(([name]) => name === prefix)?.[1];
  if (kind === "prefix" && iri) {
    const add = button(words.addPrefix.replace("%p", prefix), () => {
      write(`PREFIX ${prefix}: <${iri}>\n${yasqe.getValue()}`);
      run.focus();
      start();
    });
    output.append(add);
  }
  output.append(technical);
  if (!line) return;
  box.open = true;
  const place = { line: line - 1, ch: Math.max(0, Math.min(column, yasqe.getDoc().getLine(line - 1)?.length ?? 0) - 1) };
  yasqe.getDoc().markText(place, { line: place.line, ch: place.ch + 1 }, { className: "wrong" });
  yasqe.getDoc().setCursor(place);
  yasqe.refresh();
  yasqe.focus();
}

const text = (term) => term?.value ?? "";
const shown = (term) => (term?.type === "uri" && nameOf(term.value)) || text(term);
const TYPE = "http://www.w3.org/2001/XMLSchema#";

/** A literal as people write it: yes and no, dates in the language's form. */
function inWords({ value, datatype = "" }) {
  const kind = datatype.startsWith(TYPE) ? datatype.slice(TYPE.length) : "";
  if (kind === "boolean") return value === "true" || value === "1" ? words.yes : words.no;
  const form = kind === "date" && /^\d{4}-\d\d-\d\d$/.test(value) ? { dateStyle: "long" }
    : kind === "gYearMonth" && /^\d{4}-\d\d$/.test(value) ? { year: "numeric", month: "long" } : null;
  return form ? new Date(value).toLocaleDateString(language, { ...form, timeZone: "UTC" }) : value;
}

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
  const stored = Object.values((await answer.json()).index.storedFields);
  things = new Map(stored.map(({ t, u }) => [u, (t[language] ?? Object.values(t)[0])[0]]));
  return true;
}

function cell(term, drawn) {
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
    if (name && !pageOf(term.value)) { // things lead to their pages; terms are shown as they are written
      const short = document.createElement("small");
      short.className = "muted";
      short.textContent = shorten(term.value);
      td.append(" ", short);
    }
  } else if (isGeometry(term)) {
    const name = /POINT/i.test(term.value.slice(0, 200)) ? words.point : /LINE/i.test(term.value.slice(0, 200)) ? words.line : words.outline;
    td.textContent = drawn ? words.onMap.replace("%s", name) : name;
  } else {
    const inner = document.createElement("bdi");
    const shown_ = inWords(term);
    inner.textContent = shown_.length > 400 ? `${shown_.slice(0, 400)} …` : shown_;
    if (term["xml:lang"]) inner.lang = term["xml:lang"];
    td.append(inner);
    if (numeric(term)) td.className = "number";
  }
  return td;
}

function button(label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "kern-btn kern-btn--secondary kern-btn--x-small";
  made.append(Object.assign(document.createElement("span"), { className: "kern-label", textContent: label }));
  made.addEventListener("click", act);
  return made;
}

function downloads(...files) {
  const name = current?.name ?? words.result;
  const holder = document.createElement("p");
  holder.className = "buttons";
  holder.append(...files.map(([label, make, type, ending]) => button(`${words.download} ${label}`, () => save(make(), type, `${name}.${ending}`))));
  return holder;
}

function show({ type, text: content }, query, seconds) {
  if (!type.includes("json")) { // a graph
    const pre = document.createElement("pre");
    pre.tabIndex = 0;
    pre.textContent = content.length > LONGEST ? `${content.slice(0, LONGEST)} …` : content;
    output.append(downloads(["Turtle", () => content, "text/turtle", "ttl"]), pre);
    say(seconds);
    return;
  }
  const answer = JSON.parse(content);
  if (answer.boolean !== undefined) {
    say(`${answer.boolean ? words.yes : words.no} (${seconds})`);
    return;
  }
  const rows = answer.results.bindings;
  const vars = columnsOf(query, answer.head.vars);
  const count = new Intl.PluralRules(language).select(rows.length) === "one" ? words.countOne : words.countOther;
  say(rows.length ? `${count.replace("%(num)s", rows.length.toLocaleString(language))} (${seconds})` : words.nothing);
  if (!rows.length) return;
  const lines = () => [vars, ...rows.map((row) => vars.map((name) => [text(row[name]), Boolean(numeric(row[name]))]))];
  const drawn = drawing(vars, rows);
  if (drawn) output.append(drawn.svg);
  const { element, fill } = table(vars, rows, drawn?.looks);
  output.append(element, downloads(
    ["CSV", () => csv(lines()), "text/csv;charset=utf-8", "csv"],
    ["JSON", () => `${content}\n`, "application/sparql-results+json", "json"],
    ...(drawn ? [["GeoJSON", () => `${JSON.stringify(geojson(vars, rows))}\n`, "application/geo+json", "geojson"]] : []),
  ));
  nameThings(rows).then((more) => {
    if (!more) return;
    fill();
    drawn?.name();
  }, () => {}); // without the index, things keep their short addresses
}

/** What stands above a column: what the question says, else the variable in words. */
const headOf = (name) => current?.columns[name] ?? spaced(name);

function table(vars, rows, looks) {
  const holder = document.createElement("div");
  holder.className = "table-holder";
  holder.tabIndex = 0;
  holder.setAttribute("role", "group");
  holder.setAttribute("aria-label", words.labelTable);
  const element = document.createElement("table");
  element.className = "data-table stacked";
  const head = element.createTHead().insertRow();
  const body = element.createTBody();
  let order = rows;
  const fill = () => {
    body.replaceChildren(...order.slice(0, SHOWN).map((row) => {
      const line = document.createElement("tr");
      line.append(...vars.map((name) => {
        const td = cell(row[name], looks?.has(row));
        td.dataset.label = headOf(name);
        return td;
      }));
      if (looks?.has(row)) line.firstChild.prepend(swatch(looks.get(row)));
      return line;
    }));
  };
  for (const name of vars) {
    const th = document.createElement("th");
    th.scope = "col";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.textContent = headOf(name);
    button.addEventListener("click", () => {
      const down = th.getAttribute("aria-sort") === "ascending";
      head.querySelectorAll("th").forEach((each) => each.removeAttribute("aria-sort"));
      th.setAttribute("aria-sort", down ? "descending" : "ascending");
      const { compare } = new Intl.Collator(language, { numeric: true });
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
    note.textContent = words.shown.replace("%d", SHOWN.toLocaleString(language));
    holder.append(note);
  }
  return { element: holder, fill };
}

const COLOURS = 8;
const DOT = 7;

function swatch(look) {
  const mark = document.createElement("span");
  mark.className = `swatch c${look % COLOURS}`;
  mark.setAttribute("aria-hidden", "true");
  return mark;
}

/** The geometries of the rows as a map: {svg, looks: row → number of its colour, name: writes the titles anew}; null without any. */
function drawing(vars, rows) {
  const found = rows.flatMap((row) => {
    const name = vars.find((each) => isGeometry(row[each]));
    const geometry = name && geometryOf(row[name].value);
    return geometry ? [{ row, geometry, others: vars.filter((each) => each !== name && row[each]).map((each) => row[each]) }] : [];
  });
  if (!found.length) return null;
  const { point, width, height, picture } = projectionFor(found.map(({ geometry }) => geometry), setup.land);
  const place = (pair) => point(pair).map((each) => each.toFixed(1));
  const make = (tag, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.entries(attributes).forEach(([key, content]) => element.setAttribute(key, content));
    return element;
  };
  const svg = make("svg", { viewBox: `0 0 ${width} ${height}`, class: "map result-map", role: "group", "aria-label": words.labelMap.replace("%d", found.length.toLocaleString(language)) });
  if (picture) svg.append(make("image", { href: picture, width, height }));
  const titles = [];
  found.forEach(({ geometry, others }, look) => {
    const thing = others.find((term) => term.type === "uri" && pageOf(term.value));
    const holder = make(thing ? "a" : "g", { class: `region c${look % COLOURS}`, ...(thing ? { href: href(thing.value) } : { role: "img" }) });
    const points = geometry.type.endsWith("Point");
    const lines = geometry.type.endsWith("LineString");
    const d = ringsOf(geometry).map((ring) => (points
      ? ring.map(place).map(([x, y]) => `M${x},${y}m-${DOT},0a${DOT},${DOT} 0 1,0 ${2 * DOT},0a${DOT},${DOT} 0 1,0 -${2 * DOT},0`).join("")
      : `M${ring.map((pair) => place(pair).join(",")).join("L")}${lines ? "" : "Z"}`)).join("");
    const name = make("title", {});
    titles.push(() => {
      const said = others.find((term) => term.type === "literal") ?? thing ?? others[0];
      name.textContent = shown(said) || words.outline;
      holder.setAttribute("aria-label", name.textContent);
    });
    holder.append(name, make("path", { d, class: points ? "shape dot" : lines ? "shape line" : "shape", "fill-rule": "evenodd" }));
    svg.append(holder);
  });
  const name = () => titles.forEach((each) => each());
  name();
  return { svg, looks: new Map(found.map(({ row }, look) => [row, look])), name };
}

window.addEventListener("hashchange", () => {
  if (readAddress() && agreed) start();
});
if (narrow.matches) list.open = false;
if (readAddress() && agreed) start();
