// What the map does without a map: which places people mean by what they type, which shapes some layers leave to be seen,
// and how its address says what it shows.
import { words } from "./fold.js";

const UMLAUTS = { ä: "ae", ö: "oe", ü: "ue", ß: "ss" };

/** A name as it can be met: its words, also with ae, oe, ue; the words outside brackets; the kind in the last brackets. */
function entry(name) {
  const plain = (text) => words(text);
  const spelt = (text) => words(text.toLowerCase().normalize("NFC").replace(/[äöüß]/g, (letter) => UMLAUTS[letter]));
  const core = name.replace(/\([^)]*\)/g, " ");
  const kind = /\(([^)]*)\)\s*$/.exec(name)?.[1] ?? "";
  return { kind: words(kind), spellings: [plain, spelt].map((cut) => ({ all: cut(name), core: cut(core) })) };
}

/** 0 exact, 1 the name begins so, 2 words of it begin so, in any order; 3 not meant. */
function rank(typed, { all, core }) {
  const has = (word) => all.includes(word);
  if (typed.every(has) && core.every((word) => typed.includes(word))) return 0;
  if (all.join(" ").startsWith(typed.join(" "))) return 1;
  return typed.every((word) => all.some((each) => each.startsWith(word))) ? 2 : 3;
}

export class Places {
  /** `names`: for each place all its names. */
  constructor(names) {
    this.entries = names.map((each) => each.map(entry));
    this.kinds = [...new Set(this.entries.flat().flatMap(({ kind }) => kind))];
  }

  /** The places meant, the best first: [{place, rank}]. Words for kinds of places ("Kreis") count only where they fit. */
  find(text) {
    const typed = words(text);
    const names = typed.filter((word) => !this.kinds.some((kind) => kind.endsWith(word)));
    let found = this.ranked(typed);
    if (!found.length && names.length < typed.length) found = this.ranked(names);
    return found;
  }

  ranked(typed) {
    if (!typed.length) return [];
    return this.entries
      .map((each, place) => ({ place, rank: Math.min(...each.flatMap(({ spellings }) => spellings).map((way) => rank(typed, way))) }))
      .filter((each) => each.rank < 3)
      .sort((a, b) => a.rank - b.rank || a.place - b.place);
  }
}

/** Whether a shape in some layers (a list with spaces between) is seen: one of them is chosen, or it is in none. */
export function isSeen(layers, chosen) {
  const own = (layers ?? "").split(/\s+/).filter(Boolean);
  return !own.length || own.some((layer) => chosen.has(layer));
}


/** Whether some periods ("2007..2010 2012..", an open end where a year is missing) have a year; without periods, always. */
export function isActive(periods, year) {
  const own = (periods ?? "").split(" ").filter(Boolean).map((each) => each.split(".."));
  return !own.length || own.some(([first, last]) => (!first || Number(first) <= year) && (!last || year <= Number(last)));
}

/** What the hash of an address says about the map: {place, without, year, at}; null where it speaks of something else. */
export function readAddress(hash) {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  if (!["place", "without", "year", "at"].some((key) => said.has(key))) return null;
  const at = (said.get("at") ?? "").split(",").map(Number);
  return {
    place: said.get("place") ?? "",
    without: (said.get("without") ?? "").split(",").filter(Boolean),
    year: Number(said.get("year")) || null,
    at: at.length === 3 && at.every(Number.isFinite) && at[2] > 0 ? at : null,
  };
}

/** The hash for a place, the layers that are not shown, the one year that is, and a view: its middle and its width in units of the drawing. */
export function writeAddress({ place, without, year, at }) {
  const said = new URLSearchParams();
  if (place) said.set("place", place);
  if (without.length) said.set("without", without.join(","));
  if (year) said.set("year", String(year));
  if (at) said.set("at", at.map(Math.round).join(","));
  const text = said.toString().replaceAll("%2F", "/").replaceAll("%2C", ",");
  return text && `#${text}`;
}
