// A class table with script: sort, filter, facets with counts, state in the address, and what is shown as CSV, JSON, GeoJSON and SPARQL.
const root = document.querySelector("[data-table]");
const words = root.dataset;
const language = document.documentElement.lang;
const collator = new Intl.Collator(language, { numeric: true });
const fold = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}+/gu, "").replaceAll("ß", "ss");
const PAGE = Number(words.page);
const FACET_VALUES = 12;

const table = root.querySelector("table");
const body = table.tBodies[0];
const heads = [...table.tHead.rows[0].cells];
const status = root.querySelector("[data-count]");
const facetHolder = root.querySelector("[data-facets]");
const field = root.querySelector("[data-filter]");
const more = root.querySelector("[data-more]");
let data;
let shown = PAGE;
const state = { q: "", sort: "", down: false, facets: new Map() };

function readAddress() {
  const parameters = new URL(location.href).searchParams;
  state.q = parameters.get("q") ?? "";
  const sort = parameters.get("sort") ?? "";
  state.down = sort.startsWith("-");
  state.sort = sort.replace(/^-/, "");
  state.facets.clear();
  for (const column of data.columns) {
    const wanted = parameters.getAll(column.id);
    if (column.facet && wanted.length) state.facets.set(column.id, new Set(wanted));
  }
  field.value = state.q;
}

function writeAddress() {
  const address = new URL(location.href);
  address.search = "";
  if (state.q) address.searchParams.set("q", state.q);
  if (state.sort) address.searchParams.set("sort", (state.down ? "-" : "") + state.sort);
  for (const [id, values] of state.facets) for (const value of values) address.searchParams.append(id, value);
  history.replaceState(null, "", address);
}

/** A cell is a list of [text, key, link]: the key sorts and selects. */
const cellOf = (row, place) => (row[3][place] ?? []).map((part) => (typeof part === "number" ? data.terms[part] : part));
const textOf = (cell) => cell.map((part) => part[0]).join("; ");

function matches(row, except = "") {
  if (state.q && !fold(row[4]).includes(fold(state.q))) return false;
  for (const [id, wanted] of state.facets) {
    if (id === except) continue;
    const place = data.columns.findIndex((column) => column.id === id);
    if (!cellOf(row, place).some((part) => wanted.has(part[1]))) return false;
  }
  return true;
}

function visible() {
  const rows = data.rows.filter((row) => matches(row));
  if (state.sort) {
    const place = data.columns.findIndex((column) => column.id === state.sort);
    const sign = state.down ? -1 : 1;
    const key = place < 0 ? (row) => row[0] : (row) => cellOf(row, place)[0]?.[1] ?? "";
    const shownText = place < 0 ? (row) => row[0] : (row) => textOf(cellOf(row, place));
    const kind = data.columns[place]?.kind;
    rows.sort((a, b) => {
      const [x, y] = [key(a), key(b)];
      if (x === "" || y === "") return (x === "") - (y === ""); // empty cells last, either way
      return sign * (kind === "number" ? Number(x) - Number(y) : kind === "date" ? (x < y ? -1 : x > y ? 1 : 0) : collator.compare(shownText(a), shownText(b)));
    });
  }
  return rows;
}

function link(text, href, lang) {
  const element = document.createElement(href ? "a" : "bdi");
  if (href) element.href = href;
  element.textContent = text;
  if (lang) element.lang = lang;
  return element;
}

function draw() {
  const rows = visible();
  body.replaceChildren(...rows.slice(0, shown).map((row) => {
    const line = document.createElement("tr");
    const head = document.createElement("th");
    head.scope = "row";
    head.append(link(row[0], row[1], row[5]));
    line.append(head);
    data.columns.forEach((column, place) => {
      const td = document.createElement("td");
      if (column.kind === "number") td.className = "number";
      cellOf(row, place).forEach((part, index) => {
        if (index) td.append("; ");
        td.append(link(part[0], part[2], part[3]));
      });
      line.append(td);
    });
    return line;
  }));
  status.textContent = (rows.length === data.rows.length ? words.labelAll : words.labelSome).replace("%d", rows.length.toLocaleString(language)).replace("%t", data.rows.length.toLocaleString(language));
  more.hidden = rows.length <= shown;
  root.querySelector("[data-empty]").hidden = rows.length > 0;
  heads.forEach((head, place) => {
    const id = place ? data.columns[place - 1].id : "label";
    if (state.sort === id) head.setAttribute("aria-sort", state.down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  });
  drawFacets();
  root.querySelector("[data-reset]").hidden = !(state.q || state.facets.size);
  root.querySelector("[data-sparql] code").textContent = sparql();
  const run = root.querySelector("[data-sparql] a");
  if (run) run.href = `${words.queryPage}#${new URLSearchParams({ query: sparql() })}`;
}

function drawFacets() {
  const focused = document.activeElement?.dataset?.key;
  const open = new Set([...facetHolder.querySelectorAll("details[data-all]")].filter((each) => each.open).map((each) => each.dataset.all));
  facetHolder.replaceChildren(...data.columns.flatMap((column, place) => {
    if (!column.facet) return [];
    const counts = new Map();
    for (const row of data.rows) {
      if (!matches(row, column.id)) continue;
      for (const part of cellOf(row, place)) {
        const known = counts.get(part[1]);
        if (known) known[1] += 1;
        else counts.set(part[1], [part[0], 1, part[3]]);
      }
    }
    const chosen = state.facets.get(column.id) ?? new Set();
    for (const value of chosen) if (!counts.has(value)) counts.set(value, [value, 0]);
    if (counts.size < 2 && !chosen.size) return [];
    const group = document.createElement("fieldset");
    group.className = "facet";
    const legend = document.createElement("legend");
    legend.textContent = column.label;
    group.append(legend);
    const entries = [...counts].sort((a, b) => chosen.has(b[0]) - chosen.has(a[0]) || (column.kind === "date" ? collator.compare(a[1][0], b[1][0]) : b[1][1] - a[1][1] || collator.compare(a[1][0], b[1][0])));
    const option = ([value, [label, count, lang]], index) => {
      const holder = document.createElement("label");
      const box = document.createElement("input");
      box.type = "checkbox";
      box.checked = chosen.has(value);
      box.dataset.key = `${column.id} ${value}`;
      box.id = `f-${place}-${index}`;
      box.addEventListener("change", () => {
        const set = state.facets.get(column.id) ?? new Set();
        if (box.checked) set.add(value);
        else set.delete(value);
        if (set.size) state.facets.set(column.id, set);
        else state.facets.delete(column.id);
        shown = PAGE;
        writeAddress();
        draw();
      });
      const name = document.createElement("span");
      name.textContent = label;
      if (lang) name.lang = lang;
      const number = document.createElement("span");
      number.className = "tally";
      number.textContent = count.toLocaleString(language);
      holder.append(box, name, number);
      return holder;
    };
    group.append(...entries.slice(0, FACET_VALUES).map(option));
    if (entries.length > FACET_VALUES) {
      const rest = document.createElement("details");
      rest.dataset.all = column.id;
      rest.open = open.has(column.id);
      const summary = document.createElement("summary");
      summary.textContent = words.labelRest.replace("%d", String(entries.length - FACET_VALUES));
      rest.append(summary, ...entries.slice(FACET_VALUES).map((entry, index) => option(entry, index + FACET_VALUES)));
      group.append(rest);
    }
    return [group];
  }));
  if (focused) [...facetHolder.querySelectorAll("input")].find((each) => each.dataset.key === focused)?.focus();
}

const escaped = (text) => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n").replaceAll("\r", "\\r");

/** The query that gives exactly the rows shown, in the same order as far as SPARQL can. */
function sparql() {
  const lines = [];
  const head = ["?thing", "(COALESCE(MIN(?own), MIN(?any)) AS ?label)", ...data.columns.map((column) => `(GROUP_CONCAT(DISTINCT STR(?${column.id}); separator=" | ") AS ?${column.id}s)`)];
  lines.push(`SELECT ${head.join(" ")} WHERE {`);
  if (state.q) lines.push(`  # ${words.labelFilter} "${state.q.replaceAll(/\s+/g, " ")}"`, `  VALUES ?thing { ${visible().map((row) => `<${row[2]}>`).join(" ")} }`);
  lines.push(`  ?thing a ${data.type} .`);
  lines.push(`  OPTIONAL { ?thing ${data.labelPath} ?own . FILTER(LANG(?own) = "${language}") }`);
  lines.push(`  OPTIONAL { ?thing ${data.labelPath} ?any . }`);
  data.columns.forEach((column) => {
    const wanted = state.facets.get(column.id);
    if (wanted) lines.push(`  ?thing ${column.path} ?${column.id}_chosen . VALUES ?${column.id}_chosen { ${[...wanted].map((key) => column.kind === "thing" ? `<${key}>` : data.literals?.[key] ?? `"${escaped(key)}"`).join(" ")} }`);
    lines.push(`  OPTIONAL { ?thing ${column.path} ?${column.id} . }`);
  });
  const order = !state.sort || state.sort === "label" ? (state.down ? "DESC(?label)" : "?label") : `${state.down ? "DESC" : "ASC"}(MIN(?${state.sort}))`;
  lines.push(`} GROUP BY ?thing ORDER BY ${order}`);
  const text = lines.join("\n");
  const used = Object.entries(data.prefixes).filter(([prefix]) => new RegExp(`(^|[\\s/^(|])${prefix}:`, "m").test(text));
  return `${used.map(([prefix, iri]) => `PREFIX ${prefix}: <${iri}>`).join("\n")}\n${text}\n`;
}

const quote = (value) => {
  const safe = /^[=+\-@\t\r]/.test(value) && !/^-?\d+([.,]\d+)?$/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

async function output(kind) {
  const rows = visible();
  if (kind === "csv") {
    const lines = [["iri", words.labelName, ...data.columns.map((column) => column.label)]];
    for (const row of rows) lines.push([row[2], row[0], ...data.columns.map((_, place) => textOf(cellOf(row, place)))]);
    return ["text/csv;charset=utf-8", `\uFEFF${lines.map((line) => line.map(quote).join(",")).join("\r\n")}\r\n`];
  }
  if (kind === "json") {
    const items = rows.map((row) => ({ "@id": row[2], label: row[0], ...Object.fromEntries(data.columns.map((column, place) => [column.id, cellOf(row, place).map((part) => (column.kind === "thing" ? { "@id": part[1], label: part[0] } : part[1]))]).filter(([, value]) => value.length)) }));
    return ["application/json", `${JSON.stringify(items, null, 1)}\n`];
  }
  const answer = await fetch(words.geojson);
  const all = await answer.json();
  const kept = new Set(rows.map((row) => row[2]));
  return ["application/geo+json", `${JSON.stringify({ ...all, features: all.features.filter((feature) => kept.has(feature.id)) })}\n`];
}

for (const button of root.querySelectorAll("[data-save]")) {
  button.addEventListener("click", async (event) => {
    if (!data) return; // the link leads to the file with everything
    event.preventDefault();
    const [type, text] = await output(button.dataset.save);
    const anchor = document.createElement("a");
    anchor.href = URL.createObjectURL(new Blob([text], { type }));
    anchor.download = `${words.name}.${button.dataset.save}`;
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(anchor.href), 10000);
  });
}

async function begin() {
  const answer = await fetch(words.table);
  if (!answer.ok) return;
  data = await answer.json();
  data.rows.forEach((row) => {
    row[4] = [row[0], ...data.columns.map((_, place) => textOf(cellOf(row, place)))].join(" ");
  });
  readAddress();
  if (data.geojson) root.querySelector("[data-save=geojson]")?.removeAttribute("hidden");
  heads.forEach((head, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    const id = place ? data.columns[place - 1].id : "label";
    button.addEventListener("click", () => {
      state.down = state.sort === id && !state.down;
      state.sort = id;
      writeAddress();
      draw();
    });
    head.append(button);
  });
  field.addEventListener("input", () => {
    state.q = field.value.trim();
    shown = PAGE;
    writeAddress();
    draw();
  });
  more.addEventListener("click", () => {
    const before = shown;
    shown += PAGE;
    draw();
    body.rows[before]?.querySelector("a")?.focus();
  });
  root.querySelector("[data-reset]").addEventListener("click", () => {
    state.q = "";
    field.value = "";
    state.facets.clear();
    writeAddress();
    draw();
    field.focus();
  });
  window.addEventListener("popstate", () => {
    readAddress();
    draw();
  });
  root.querySelectorAll("[data-enhanced]").forEach((each) => each.removeAttribute("hidden"));
  root.querySelectorAll("[data-plain]").forEach((each) => each.setAttribute("hidden", ""));
  root.classList.add("live");
  if (matchMedia("(max-width: 60rem)").matches && !state.facets.size) root.querySelector("[data-facet-box]").open = false;
  draw();
}

begin();
