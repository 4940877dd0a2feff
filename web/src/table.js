// A class table with script: sort, filter, facets with counts, state in the address, and what is shown as CSV, JSON, GeoJSON and SPARQL.
import { csv, save } from "./csv.js";
import { LABEL, LANGUAGE, LINK, MISSING, Rows, SHORT } from "./rows.js";

const root = document.querySelector("[data-table]");
const words = root.dataset;
const language = document.documentElement.lang;
const PAGE = Number(words.page);
const FACET_VALUES = 12;
const PAUSE = 200; // ms; browsers count how often the address changes

const table = root.querySelector("table");
const body = table.tBodies[0];
const heads = [...table.tHead.rows[0].cells];
const status = root.querySelector("[data-count]");
const facetHolder = root.querySelector("[data-facets]");
const field = root.querySelector("[data-filter]");
const more = root.querySelector("[data-more]");
let rows;
let shown = PAGE * Number(words.number);
let timer;

function writeAddress() {
  clearTimeout(timer);
  const address = new URL(location.href);
  address.search = rows.write();
  if (address.href !== location.href) history.replaceState(null, "", address);
}

/** The filters changed: the first rows again. */
function changed() {
  shown = PAGE;
  writeAddress();
  draw();
}

function link(text, href, lang) {
  const element = document.createElement(href ? "a" : "bdi");
  if (href) element.href = /^(https?|mailto):/i.test(href) ? href : words.root + href;
  element.textContent = text;
  if (lang) element.lang = lang;
  return element;
}

/** One row with the cells of some columns. */
function line(row, places) {
  const element = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.append(row[SHORT] ? link(row[SHORT], row[LINK]) : link(row[LABEL], row[LINK], row[LANGUAGE]));
  element.append(head);
  for (const place of places) {
    const column = rows.data.columns[place];
    const td = document.createElement("td");
    td.dataset.label = column.label;
    if (column.kind === "number") td.className = "number";
    const values = document.createElement("span"); // one part of the page, beside the label on narrow screens
    rows.cell(row, place).forEach(([text, , href, lang], index) => {
      if (index) values.append("; ");
      values.append(link(text, href, lang));
    });
    if (values.firstChild) td.append(values);
    element.append(td);
  }
  return element;
}

/** What people hear after sorting; seen it is in the heads. */
function sorted() {
  const { sort, down } = rows.state;
  const name = sort === "label" ? words.labelName : rows.data.columns.find(({ id }) => id === sort)?.label;
  const element = document.createElement("span");
  element.className = "sr-only";
  element.textContent = name ? `. ${(down ? words.labelDown : words.labelUp).replace("%s", name)}` : "";
  return element;
}

function draw() {
  const found = rows.visible();
  const all = rows.data.rows.length;
  const places = rows.filled(found);
  body.replaceChildren(...found.slice(0, shown).map((row) => line(row, places)));
  const count = found.length < all ? words.labelSome : all === 1 ? words.labelOne : words.labelAll;
  status.replaceChildren(count.replace("%d", found.length.toLocaleString(language)).replace("%t", all.toLocaleString(language)), sorted());
  more.hidden = found.length <= shown;
  root.querySelector("[data-empty]").hidden = found.length > 0;
  heads.forEach((head, place) => {
    head.hidden = place > 0 && found.length > 0 && !places.includes(place - 1); // nothing shown has it
    const id = place ? rows.data.columns[place - 1].id : "label";
    if (rows.state.sort === id) head.setAttribute("aria-sort", rows.state.down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  });
  drawFacets();
  const active = [...rows.state.facets.values()].reduce((sum, chosen) => sum + chosen.size, rows.state.q ? 1 : 0);
  root.querySelector(".facets [data-reset]").hidden = !active;
  root.querySelector("[data-active]").textContent = active ? words.labelActive.replace("%d", active.toLocaleString(language)) : "";
  const query = rows.sparql(words.labelFilter);
  root.querySelector("[data-sparql] code").textContent = query;
  root.querySelector("[data-sparql] a").href = `${words.queryPage}#${new URLSearchParams({ query })}`;
}

function drawFacets() {
  const { facets } = rows.state;
  const focused = document.activeElement?.dataset?.key;
  const open = new Set([...facetHolder.querySelectorAll("details[data-all]")].filter((each) => each.open).map((each) => each.dataset.all));
  facetHolder.replaceChildren(...rows.data.columns.flatMap((column, place) => {
    if (!column.facet || !rows.divides(place)) return [];
    const chosen = facets.get(column.id) ?? new Set();
    const entries = [...rows.counts(place)].map(([term, count]) => ({ term, count, entry: rows.data.terms[term] ?? [words.labelMissing] }));
    const byName = (a, b) => rows.collator.compare(a.entry[0], b.entry[0]);
    const order = column.kind === "date" ? byName : (a, b) => b.count - a.count || byName(a, b);
    entries.sort((a, b) => chosen.has(b.term) - chosen.has(a.term) || (a.term === MISSING) - (b.term === MISSING) || order(a, b));
    const option = ({ term, count, entry: [text, , , lang] }, index) => {
      const holder = document.createElement("label");
      const box = document.createElement("input");
      box.type = "checkbox";
      box.checked = chosen.has(term);
      box.dataset.key = `${column.id} ${term}`;
      box.id = `f-${place}-${index}`;
      box.addEventListener("change", () => {
        const set = new Set(facets.get(column.id));
        if (box.checked) set.add(term);
        else set.delete(term);
        if (set.size) facets.set(column.id, set);
        else facets.delete(column.id);
        changed();
      });
      const name = document.createElement("span");
      name.textContent = text;
      if (lang) name.lang = lang;
      if (term === MISSING) name.className = "muted";
      const number = document.createElement("span");
      number.className = "tally";
      number.textContent = count.toLocaleString(language);
      holder.append(box, name, number);
      return holder;
    };
    const group = document.createElement("fieldset");
    group.className = "facet";
    const legend = document.createElement("legend");
    legend.textContent = column.label;
    group.append(legend, ...entries.slice(0, FACET_VALUES).map(option));
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

async function published(href) {
  const answer = await fetch(href);
  if (!answer.ok) throw new Error(`${href}: ${answer.status}`);
  return answer.json();
}

/** What is shown of the file that a link leads to. */
const OUTPUTS = {
  csv: async () => ["text/csv;charset=utf-8", csv(rows.lines(words.labelName))],
  json: async (href) => ["application/json", `${JSON.stringify(rows.records(await published(href)), null, 1)}\n`],
  geojson: async (href) => ["application/geo+json", `${JSON.stringify(rows.features(await published(href)))}\n`],
};

async function begin() {
  const answer = await fetch(words.table);
  if (!answer.ok) return; // the plain table stays
  rows = new Rows(await answer.json(), language);
  rows.read(new URL(location.href).searchParams);
  field.value = rows.state.q;
  heads.forEach((head, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    const id = place ? rows.data.columns[place - 1].id : "label";
    button.addEventListener("click", () => {
      rows.state.down = rows.state.sort === id && !rows.state.down;
      rows.state.sort = id;
      writeAddress();
      draw();
    });
    head.append(button);
  });
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      rows.state.q = field.value.trim();
      changed();
    }, PAUSE);
  });
  more.addEventListener("click", () => {
    const before = shown;
    shown += PAGE;
    draw();
    body.rows[before]?.querySelector("a")?.focus();
  });
  root.querySelectorAll("[data-reset]").forEach((button) => button.addEventListener("click", () => {
    field.value = "";
    rows.state.q = "";
    rows.state.facets.clear();
    changed();
    (button.closest(".facets") ? field : body.querySelector("a"))?.focus();
  }));
  for (const anchor of root.querySelectorAll("[data-save]")) {
    anchor.addEventListener("click", async (event) => {
      event.preventDefault();
      try {
        const [type, text] = await OUTPUTS[anchor.dataset.save](anchor.href);
        const filtered = rows.state.q || rows.state.facets.size ? `-${words.labelFiltered}` : "";
        save(text, type, `${words.name}${filtered}.${anchor.dataset.save}`);
      } catch {
        location.assign(anchor.href); // at least the file with everything
      }
    });
  }
  root.querySelectorAll("[data-enhanced]").forEach((each) => each.removeAttribute("hidden"));
  root.querySelectorAll("[data-plain]").forEach((each) => each.setAttribute("hidden", ""));
  root.classList.add("live");
  if (matchMedia("(max-width: 60rem)").matches && !rows.state.facets.size) root.querySelector("[data-facet-box]").open = false;
  draw();
  // The head stays in sight where the table needs no scrolling of its own.
  const holder = table.parentElement;
  new ResizeObserver(() => holder.classList.toggle("fits", table.offsetWidth <= holder.clientWidth)).observe(holder);
}

begin();
