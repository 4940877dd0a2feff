// The map, made movable: Leaflet carries the very drawing that the page has, without tiles and without another request.
import L from "leaflet";
import "leaflet/dist/leaflet.css";
import { Places, isActive, isSeen, readAddress, writeAddress } from "./places.js";

const LISTED = 10;
const frame = document.querySelector("[data-map]");
const drawing = frame?.querySelector("svg");

/** An element with its children; falsy children are left out. */
function make(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children.filter(Boolean));
  return element;
}

if (drawing) {
  const [, , width, height] = drawing.getAttribute("viewBox").split(/\s+/).map(Number);
  const words = frame.dataset;
  const animate = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  const holder = make("div", { className: "map-live" });
  holder.style.aspectRatio = `${width} / ${height}`;
  drawing.replaceWith(holder);
  const bounds = L.latLngBounds([[0, 0], [height, width]]);
  const map = L.map(holder, {
    crs: L.CRS.Simple, attributionControl: false, zoomSnap: 0, minZoom: -3, maxZoom: 4, zoomControl: false, scrollWheelZoom: false,
    zoomAnimation: animate, fadeAnimation: animate, inertia: animate, maxBounds: bounds.pad(0.3), keyboard: true,
  });
  L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  L.svgOverlay(drawing, bounds, { interactive: true }).addTo(map);
  holder.setAttribute("role", "group");
  holder.setAttribute("aria-label", words.label);
  drawing.removeAttribute("width");
  drawing.removeAttribute("height");
  for (const title of drawing.querySelectorAll("title")) { // the map's own tip says more
    title.parentNode.dataset.name = title.textContent;
    title.remove();
  }

  // what the address says

  const shown = { place: "", without: [], year: null, at: null };
  const remember = () => history.replaceState(history.state, "", writeAddress(shown) || location.pathname + location.search);
  let asked = true; // the next move is not the reader's
  const show = (area, options) => {
    asked = true;
    map.fitBounds(area, { animate: false, ...options });
  };
  const fit = () => show(bounds, { padding: [4, 4] });
  map.on("moveend", () => {
    const zoom = Math.min(Math.max(2 ** map.getZoom(), 0.62), 8); // names, lines and hatchings keep their size
    drawing.style.setProperty("--zoom", String(zoom));
    for (const pattern of drawing.querySelectorAll("pattern")) {
      pattern.dataset.turn ??= pattern.getAttribute("patternTransform");
      pattern.setAttribute("patternTransform", `${pattern.dataset.turn} scale(${1 / zoom})`);
    }
    const { lat, lng } = map.getCenter();
    if (!asked) {
      shown.at = [lng, height - lat, map.getSize().x / 2 ** map.getZoom()];
      remember();
    }
    asked = false;
  });
  fit();
  let size = map.getSize();
  new ResizeObserver(() => {
    const whole = Math.abs(map.getZoom() - map.getBoundsZoom(bounds)) < 0.1;
    map.invalidateSize({ animate: false, pan: false });
    if (whole && !size.equals(map.getSize())) fit();
    size = map.getSize();
  }).observe(holder);

  // what lies where

  const rows = [...document.querySelectorAll("[data-place]")];
  const regions = [...document.querySelectorAll("[data-row]")];
  const shapes = new Map([...drawing.querySelectorAll("[data-region]")].map((shape) => [shape.dataset.region, shape]));
  const note = frame.querySelector("[data-map-note]");
  const copy = (element) => [...element.childNodes].map((node) => node.cloneNode(true));

  /** The regions that some shapes belong to, each once, with what took place there at that time. */
  const list = (found) => {
    const groups = new Map();
    for (const { dataset } of found) groups.set(dataset.of, [...(groups.get(dataset.of) ?? []), ...(dataset.in ?? "").split(" ")]);
    return [...groups].map(([of, known]) => {
      const parts = [...regions[of].querySelectorAll("[data-group]")].filter((part) => known.includes(part.dataset.group));
      return make("li", {}, make("strong", {}, ...copy(regions[of].querySelector("th"))), parts.length && make("span", { className: "label" }, words.groups),
        ...parts.map((part) => make("span", { className: "value" }, ...copy(part))));
    });
  };
  /** The shapes that a place lies in. */
  const inside = ({ dataset }) => (dataset.inside ?? "").split(" ").filter(Boolean).map((number) => shapes.get(number));
  /** The answer for one place: a sentence, its regions, where to read on. */
  const answerFor = (row) => {
    const items = list(inside(row));
    const name = row.dataset.place;
    const sentence = (items.length > 1 ? words.yes : items.length ? words.yesOne : words.no).replace("%d", String(items.length)).replace("%p", name);
    const more = row.querySelector("th a");
    const link = more && make("a", { href: more.getAttribute("href") }, words.more.replace("%p", name));
    return [
      make("p", { className: items.length ? "said yes" : "said" }, sentence),
      items.length && make("ul", { className: "answer-rows" }, ...items),
      make("p", {}, link, !items.length && link && " · ", !items.length && search(name.replace(/\s*\([^)]*\)\s*$/, ""))),
    ].filter(Boolean);
  };
  const search = (text) => make("a", { href: `${words.search}?q=${encodeURIComponent(text)}` }, words.searchFor.replace("%p", text));

  // what lies under the pointer; a region lets what is below it be seen

  const under = ({ clientX, clientY }) => {
    const found = document.elementsFromPoint(clientX, clientY).map((element) => element.closest("[data-thing]"));
    return [...new Set(found)].filter((shape) => shape && drawing.contains(shape));
  };
  const tip = make("div", { className: "map-tip", hidden: true });
  tip.setAttribute("aria-hidden", "true");
  holder.append(tip);
  const light = (chosen, dim) => {
    for (const each of document.querySelectorAll(".legend [data-of], .map [data-of]")) {
      each.classList.toggle("lit", chosen.has(each.dataset.of));
      each.classList.toggle("dim", dim && chosen.size > 0 && !chosen.has(each.dataset.of));
    }
  };
  const owners = (found) => new Set(found.map((shape) => shape.dataset.of).filter(Boolean));
  holder.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch") return;
    const found = under(event);
    tip.hidden = !found.length;
    const places = found.filter((shape) => !shape.dataset.of);
    const row = places.length && rows.find(({ dataset }) => dataset.thing === places[0].dataset.thing);
    const areas = row ? inside(row) : found.filter((shape) => shape.dataset.of);
    light(owners(areas), false);
    if (!found.length) return;
    const names = [...new Set(areas.map((shape) => shape.dataset.name))];
    tip.replaceChildren(...places.map((shape) => make("strong", {}, shape.dataset.name)), ...names.map((name) => make("span", {}, name)));
    const box = holder.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    tip.style.left = `${Math.max(Math.min(x + 14, box.width - tip.offsetWidth - 6), 6)}px`;
    tip.style.top = `${y + 18 + tip.offsetHeight > box.height ? y - tip.offsetHeight - 10 : y + 18}px`;
  });
  holder.addEventListener("pointerleave", () => {
    tip.hidden = true;
    light(new Set(), false);
  });
  for (const entry of document.querySelectorAll(".legend [data-of]")) {
    for (const type of ["pointerenter", "focusin"]) entry.addEventListener(type, () => light(new Set([entry.dataset.of]), true));
    for (const type of ["pointerleave", "focusout"]) entry.addEventListener(type, () => light(new Set(), false));
  }
  holder.addEventListener("focusin", (event) => { // a shape that gets the focus comes into view and says its name
    const shape = event.target.closest?.("[data-thing]");
    if (!shape || !drawing.contains(shape)) return;
    const box = shape.getBBox();
    const place = L.latLng(height - box.y - box.height / 2, box.x + box.width / 2);
    asked = !map.getBounds().contains(place);
    if (asked) map.panTo(place, { animate: false });
    note.textContent = shape.dataset.name;
    light(owners([shape]), false);
  });

  let touched = false;
  let selected = null;
  holder.addEventListener("pointerdown", (event) => {
    touched = event.pointerType === "touch";
  }, true);
  drawing.addEventListener("click", (event) => { // dragging is not clicking; the first touch of a shape selects it
    const shape = event.target.closest("[data-thing]");
    if (map.dragging?.moved()) event.preventDefault();
    else if (touched && event.detail && shape !== selected) {
      event.preventDefault();
      selected = shape;
      const found = under(event);
      const row = rows.find(({ dataset }) => found.some((each) => each.dataset.thing === dataset.thing));
      note.replaceChildren(...(row ? answerFor(row) : [make("ul", { className: "answer-rows" }, ...list(found.filter((each) => each.dataset.of)))]));
      mark(row ? [row] : []);
    }
  }, true);

  // the found places, above everything else

  const marks = document.createElementNS("http://www.w3.org/2000/svg", "g");
  marks.setAttribute("aria-hidden", "true");
  drawing.append(marks);
  /** Draw some places once more on top, and return where they lie. */
  const mark = (chosen) => {
    const area = L.latLngBounds([]);
    marks.replaceChildren(...chosen.flatMap(({ dataset }) => [...drawing.querySelectorAll(`[data-thing="${CSS.escape(dataset.thing)}"]`)]).map((shape) => {
      const box = shape.getBBox();
      area.extend([[height - box.y - box.height, box.x], [height - box.y, box.x + box.width]]);
      const found = document.createElementNS("http://www.w3.org/2000/svg", "g");
      found.classList.add("found");
      for (const css of ["halo", "ring"]) {
        for (const part of shape.querySelectorAll(".shape")) {
          const clone = part.cloneNode(true);
          clone.setAttribute("class", css);
          found.append(clone);
        }
      }
      return found;
    }));
    return area;
  };

  const slider = document.querySelector("[data-year] input");
  const boxes = [...document.querySelectorAll("[data-layer]")];
  const apply = () => {
    const chosen = new Set(boxes.filter((box) => box.checked).map((box) => box.dataset.layer));
    const parts = [...shapes.values()];
    shown.year = slider && Number(slider.value) > Number(slider.min) ? Number(slider.value) : null;
    if (slider) slider.labels[0].querySelector("[data-chosen]").textContent = shown.year ?? slider.dataset.all;
    for (const { classList, dataset } of parts) classList.toggle("off", !isSeen(dataset.in, chosen) || (shown.year !== null && !isActive(dataset.years, shown.year)));
    const seen = parts.filter((part) => !part.classList.contains("off"));
    const owning = owners(seen);
    for (const name of drawing.querySelectorAll(".names [data-of]")) name.classList.toggle("off", !owning.has(name.dataset.of));
    shown.without = boxes.filter((box) => !box.checked).map((box) => box.dataset.layer);
    return [owning.size, owners(parts).size]; // a region may have been drawn in several parts
  };
  for (const control of [...boxes, slider].filter(Boolean)) {
    control.addEventListener(control === slider ? "input" : "change", () => {
      const [seen, all] = apply();
      note.textContent = words.seen.replace("%d", String(seen)).replace("%t", String(all));
      remember();
    });
  }
  apply(); // a browser may have kept boxes unchecked
  for (const part of document.querySelectorAll("[data-layers], [data-year]")) part.hidden = false;

  // is my place in it?

  const question = document.querySelector("form[data-locate]");
  const field = question?.querySelector("input");
  const answer = question?.querySelector("[data-answer]");
  const clear = () => {
    mark([]);
    answer?.replaceChildren();
    shown.place = "";
    shown.at = null;
  };
  const go = (chosen) => {
    const area = mark(chosen);
    if (area.isValid()) show(area.pad(chosen.length > 1 ? 0.5 : 1.5), { animate, maxZoom: 2.5 });
  };
  const choose = (row) => {
    clear();
    field.value = row.dataset.place;
    answer.replaceChildren(...answerFor(row));
    shown.place = row.dataset.thing;
    go([row]);
  };
  const choices = (hits) => make("ul", { className: "choices" }, ...hits.slice(0, LISTED).map(({ place }) => {
    const button = make("button", { type: "button", className: "kern-btn kern-btn--secondary kern-btn--x-small" }, make("span", { className: "kern-label" }, rows[place].dataset.place));
    button.addEventListener("click", () => {
      choose(rows[place]);
      field.focus();
      remember();
    });
    return make("li", {}, button);
  }));
  if (question) {
    question.hidden = false;
    const places = new Places(rows.map((row) => [row.dataset.place, ...(row.dataset.also?.split("|") ?? [])]));
    question.addEventListener("submit", (event) => {
      event.preventDefault();
      const typed = field.value.trim();
      const hits = places.find(typed);
      const best = hits.filter((hit) => hit.rank === hits[0].rank);
      if (best.length === 1) {
        choose(rows[best[0].place]);
        if (hits.length > 1) answer.append(make("p", {}, words.others), choices(hits.slice(1)));
      } else {
        clear();
        if (hits.length) {
          const count = (hits.length > LISTED ? words.manyFirst : words.many).replace("%d", String(hits.length)).replace("%t", String(LISTED));
          answer.append(make("p", { className: "said" }, count), choices(hits));
          go(best.map(({ place }) => rows[place]));
        } else answer.append(make("p", { className: "said" }, words.notFound), typed && make("p", {}, search(typed)));
      }
      remember();
    });
    question.addEventListener("reset", () => {
      clear();
      fit();
      remember();
    });
  }

  const restore = () => {
    const said = readAddress(location.hash);
    if (!said) return;
    for (const box of boxes) box.checked = !said.without.includes(box.dataset.layer);
    if (slider) slider.value = String(said.year ?? slider.min);
    apply();
    clear();
    const row = question && rows.find(({ dataset }) => dataset.thing === said.place);
    if (row) choose(row);
    if (said.at) {
      const [x, y, units] = said.at;
      asked = true;
      map.setView([height - y, x], Math.log2(map.getSize().x / units), { animate: false });
      shown.at = said.at;
    } else if (!row) fit();
  };
  addEventListener("hashchange", restore);
  restore();
}
