// Search over the prebuilt index: suggestions under the field of every page, and the results on the search page.
import { Index } from "./find.js";

const LIMIT = 8; // suggestions
const LISTED = 100; // results
const language = document.documentElement.lang;
const PAUSE = 300; // ms
let loading;

function load(form) {
  loading ??= fetch(form.dataset.index)
    .then((answer) => {
      if (!answer.ok) throw new Error(`${answer.status}`);
      return answer.json();
    })
    .then((data) => new Index(data))
    .catch((error) => {
      loading = undefined; // the next letter tries again
      throw error;
    });
  return loading;
}

async function find(form, text) {
  const index = await load(form);
  return index.find(text, language).map((hit) => ({ ...hit, url: `${form.dataset.root}${hit.path}${form.dataset.suffix}` }));
}

function item(hit, tag) {
  const element = document.createElement(tag);
  const title = document.createElement("span");
  title.className = "hit-title";
  title.textContent = hit.title;
  if (titleForeign(hit)) title.lang = hit.titleLanguage;
  const kind = document.createElement("span");
  kind.className = "hit-kind";
  kind.textContent = hit.kind;
  return { element, title, kind };
}

function titleForeign(hit) {
  return hit.titleLanguage && hit.titleLanguage !== language;
}

/** Suggestions as a combobox with a listbox (ARIA 1.2): arrows, Enter, Escape. */
function attach(form) {
  const input = form.querySelector("input[type=search]");
  if (!input || input.dataset.ready) return;
  input.dataset.ready = "1";
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = `${input.id}-list`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.labelList);
  list.hidden = true;
  input.after(list);
  const status = document.createElement("p");
  status.className = "sr-only";
  status.setAttribute("role", "status");
  form.append(status);
  Object.entries({ role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })
    .forEach(([name, value]) => input.setAttribute(name, value));
  let active = -1;
  let asked = 0;

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (index) => {
    const options = [...list.children];
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
    active = index;
    if (index >= 0) {
      input.setAttribute("aria-activedescendant", options[index].id);
      options[index].scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };
  const show = async () => {
    const text = input.value.trim();
    const mine = ++asked;
    if (text.length < 2) return close();
    let hits;
    try {
      hits = await find(form, text);
    } catch {
      return close(); // the form still leads to the search page
    }
    if (mine !== asked || document.activeElement !== input) return;
    list.replaceChildren(
      ...hits.slice(0, LIMIT).map((hit, place) => {
        const { element, title, kind } = item(hit, "li");
        element.id = `${list.id}-${place}`;
        element.setAttribute("role", "option");
        element.setAttribute("aria-selected", "false");
        element.dataset.url = hit.url;
        element.append(kind, title);
        return element;
      }),
    );
    status.textContent = hits.length ? form.dataset.labelCount.replace("%d", String(Math.min(hits.length, LIMIT))) : form.dataset.labelNone;
    active = -1;
    list.hidden = hits.length === 0;
    input.setAttribute("aria-expanded", String(hits.length > 0));
    input.removeAttribute("aria-activedescendant");
  };
  input.addEventListener("input", show);
  input.addEventListener("focus", () => input.value && show());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const count = list.children.length;
    if (event.key === "Escape" && !list.hidden) {
      close();
      event.preventDefault();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
      if (list.hidden) {
        list.hidden = false;
        input.setAttribute("aria-expanded", "true");
      }
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(active < 0 && step < 0 ? count - 1 : (active + step + count) % count);
      event.preventDefault();
    } else if (event.key === "Enter" && active >= 0 && !list.hidden) {
      event.preventDefault();
      location.assign(list.children[active].dataset.url);
    }
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus in the field
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.url);
  });
  if (document.activeElement === input && input.value) show();
}

/** Hits as items of a list, each with a link. */
function items(hits) {
  return hits.map((hit) => {
    const { element, title, kind } = item(hit, "li");
    const link = document.createElement("a");
    link.href = hit.url;
    link.append(title);
    element.append(kind, link);
    return element;
  });
}

/** The search page: results for ?q=, updated as one types. */
function page(form, results) {
  const input = form.querySelector("input[type=search]");
  const status = results.querySelector("[role=status]");
  const list = results.querySelector("ol");
  const more = results.querySelector("details");
  const index = document.getElementById("index");
  let asked = 0;
  let timer;
  const remember = (text) => { // browsers count how often the address changes
    clearTimeout(timer);
    timer = setTimeout(() => {
      const address = new URL(location.href);
      if (text) address.searchParams.set("q", text);
      else address.searchParams.delete("q");
      if (address.href !== location.href) history.replaceState(null, "", address);
    }, PAUSE);
  };
  const show = async () => {
    const text = input.value.trim();
    const mine = ++asked;
    remember(text);
    if (!text) {
      list.replaceChildren();
      more.hidden = true;
      status.textContent = "";
      results.hidden = true;
      index.hidden = false;
      return;
    }
    let hits;
    try {
      hits = await find(form, text);
    } catch {
      results.hidden = false;
      status.textContent = results.dataset.failed;
      return;
    }
    if (mine !== asked) return;
    results.hidden = false;
    index.hidden = true;
    const [shown, technical] = [false, true].map((each) => hits.filter((hit) => hit.technical === each));
    const told = shown.length > LISTED ? results.dataset.first : hits.length === 1 ? results.dataset.one : hits.length ? results.dataset.count : results.dataset.none;
    status.textContent = told.replace("%t", String(LISTED)).replace("%d", (shown.length || hits.length).toLocaleString(language));
    list.replaceChildren(...items(shown.slice(0, LISTED)));
    more.hidden = !technical.length;
    more.open = !shown.length;
    more.querySelector(".tally").textContent = technical.length.toLocaleString(language);
    more.querySelector("ol").replaceChildren(...items(technical.slice(0, LISTED)));
    if (!hits.length) index.hidden = false;
  };
  input.value = new URL(location.href).searchParams.get("q") ?? "";
  input.addEventListener("input", show);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await show();
    results.querySelector("a")?.focus();
  });
  show();
}

const results = document.getElementById("results");
for (const form of document.querySelectorAll("form[role=search]")) {
  if (results && form.dataset.page !== undefined) page(form, results);
  else attach(form);
}
