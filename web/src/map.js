// The map, made movable: Leaflet carries the very drawing that the page has, without tiles and without another request.
import L from "leaflet";
import "leaflet/dist/leaflet.css";

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

  for (const box of document.querySelectorAll("[data-layer]")) {
    const apply = () => {
      for (const part of drawing.querySelectorAll(`[data-in="${CSS.escape(box.dataset.layer)}"]`)) part.classList.toggle("off", !box.checked);
    };
    box.addEventListener("change", apply);
    apply();
  }
  document.querySelector("[data-layers]")?.removeAttribute("hidden");

  const question = document.querySelector("form[data-locate]");
  if (question) {
    question.hidden = false;
    const field = question.querySelector("input");
    const answer = document.querySelector("[data-answer]");
    const rows = new Map([...document.querySelectorAll("[data-place]")].map((row) => [row.dataset.place.toLowerCase(), row]));
    question.addEventListener("submit", (event) => {
      event.preventDefault();
      const typed = field.value.trim().toLowerCase();
      const key = rows.has(typed) ? typed : [...rows.keys()].find((name) => name.includes(typed));
      drawing.querySelectorAll(".found").forEach((each) => each.classList.remove("found"));
      answer.replaceChildren();
      if (!typed || !key) {
        answer.textContent = words.notFound;
        return;
      }
      const row = rows.get(key);
      const line = document.createElement("p");
      line.append(...[...row.querySelectorAll("[data-part]")].flatMap((part, place) => [place ? " " : "", ...[...part.childNodes].map((node) => node.cloneNode(true))]));
      answer.append(line);
      const shape = drawing.querySelector(`[data-thing="${CSS.escape(row.dataset.thing)}"]`);
      if (shape) {
        shape.classList.add("found");
        shape.parentNode.append(shape);
        const box = shape.getBBox();
        const corners = L.latLngBounds([[height - box.y - box.height, box.x], [height - box.y, box.x + box.width]]);
        map.fitBounds(corners.pad(2), { animate: !reduced });
      }
    });
    question.querySelector("[type=reset]")?.addEventListener("click", () => {
      drawing.querySelectorAll(".found").forEach((each) => each.classList.remove("found"));
      answer.replaceChildren();
      fit();
    });
  }
}
