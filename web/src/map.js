// The map, made movable: Leaflet carries the very drawing that the page has, without tiles and without another request.
import L from "leaflet";
import "leaflet/dist/leaflet.css";
import { Places, isSeen } from "./places.js";

const LISTED = 10;
const frame = document.querySelector("[data-map]");
const drawing = frame?.querySelector("svg");

if (drawing) {
  const [, , width, height] = drawing.getAttribute("viewBox").split(/\s+/).map(Number);
  const words = frame.dataset;
  const reduced = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const holder = document.createElement("div");
  holder.className = "map-live";
  drawing.replaceWith(holder);
  const bounds = L.latLngBounds([[0, 0], [height, width]]);
  const map = L.map(holder, {
    crs: L.CRS.Simple, attributionControl: false, zoomSnap: 0.25, minZoom: -3, maxZoom: 4, zoomControl: false, scrollWheelZoom: false,
    zoomAnimation: !reduced, fadeAnimation: !reduced, inertia: !reduced, maxBounds: bounds.pad(0.3), keyboard: true,
  });
  L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  L.svgOverlay(drawing, bounds, { interactive: true }).addTo(map);
  const fit = () => map.fitBounds(bounds, { animate: false });
  fit();
  holder.setAttribute("role", "group");
  holder.setAttribute("aria-label", words.label);
  drawing.removeAttribute("width");
  drawing.removeAttribute("height");
  new ResizeObserver(() => {
    map.invalidateSize({ animate: false });
  }).observe(holder);
  holder.addEventListener("focusin", (event) => { // a shape that gets the focus comes into view
    const shape = event.target.closest?.("a");
    if (!shape || !drawing.contains(shape)) return;
    const box = shape.getBBox();
    const place = L.latLng(height - box.y - box.height / 2, box.x + box.width / 2);
    if (!map.getBounds().contains(place)) map.panTo(place, { animate: false });
    show(shape);
  });

  const note = frame.querySelector("[data-map-note]");
  const show = (shape) => {
    if (note) note.textContent = shape ? shape.querySelector("title")?.textContent ?? "" : "";
  };
  drawing.addEventListener("pointerover", (event) => {
    const shape = event.target.closest("a");
    if (shape) show(shape);
  });
  drawing.addEventListener("click", (event) => { // dragging is not clicking
    if (map.dragging?.moved()) event.preventDefault();
  }, true);

  const boxes = [...document.querySelectorAll("[data-layer]")];
  const apply = () => {
    const chosen = new Set(boxes.filter((box) => box.checked).map((box) => box.dataset.layer));
    const parts = [...drawing.querySelectorAll("[data-in]")];
    for (const part of parts) part.classList.toggle("off", !isSeen(part.dataset.in, chosen));
    return [parts.filter((part) => !part.classList.contains("off")).length, parts.length];
  };
  for (const box of boxes) {
    box.addEventListener("change", () => {
      const [seen, all] = apply();
      if (note) note.textContent = words.seen.replace("%d", String(seen)).replace("%t", String(all));
    });
  }
  apply(); // a browser may have kept boxes unchecked
  document.querySelector("[data-layers]")?.removeAttribute("hidden");

  const question = document.querySelector("form[data-locate]");
  if (question) {
    question.hidden = false;
    const field = question.querySelector("input");
    const answer = document.querySelector("[data-answer]");
    const rows = [...document.querySelectorAll("[data-place]")];
    const places = new Places(rows.map((row) => [row.dataset.place, ...(row.dataset.also?.split("|") ?? [])]));
    const clear = () => {
      drawing.querySelectorAll(".found").forEach((each) => each.classList.remove("found"));
      answer.replaceChildren();
    };
    const item = ({ place }) => {
      const line = document.createElement("li");
      line.append(...[...rows[place].querySelectorAll("[data-part]")].flatMap((part, number) => [number ? " " : "", ...[...part.childNodes].map((node) => node.cloneNode(true))]));
      return line;
    };
    question.addEventListener("submit", (event) => {
      event.preventDefault();
      clear();
      const hits = places.find(field.value);
      if (!hits.length) {
        answer.textContent = words.notFound;
        return;
      }
      if (hits.length > 1) {
        const count = document.createElement("p");
        count.textContent = (hits.length > LISTED ? words.manyFirst : words.many).replace("%d", String(hits.length)).replace("%t", String(LISTED));
        answer.append(count);
      }
      const list = document.createElement("ul");
      list.append(...hits.slice(0, LISTED).map(item));
      answer.append(list);
      const shapes = hits.filter((hit) => hit.rank === hits[0].rank).flatMap(({ place }) => [...drawing.querySelectorAll(`[data-thing="${CSS.escape(rows[place].dataset.thing)}"]`)]);
      const area = L.latLngBounds([]);
      for (const shape of shapes) {
        shape.classList.add("found");
        shape.parentNode.append(shape);
        const box = shape.getBBox();
        area.extend([[height - box.y - box.height, box.x], [height - box.y, box.x + box.width]]);
      }
      if (area.isValid()) map.fitBounds(area.pad(shapes.length > 1 ? 0.5 : 2), { animate: !reduced });
    });
    question.querySelector("[type=reset]")?.addEventListener("click", () => {
      clear();
      fit();
    });
  }
}
