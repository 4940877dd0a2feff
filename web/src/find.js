// Searching the prebuilt index, without the page: what is found and in what order.
import MiniSearch from "minisearch";
import { fold, words } from "./fold.js";

const OPTIONS = {
  fields: ["title", "other"],
  storeFields: ["t", "k", "u", "o"],
  tokenize: words,
  processTerm: (term) => term,
  searchOptions: { boost: { title: 3 }, prefix: (term) => term.length > 1 },
};

/** As many wrong letters as people make: one in five, in words of five and more. A key is meant as it is typed. */
const TYPOS = { fuzzy: (term) => (term.length > 4 && !/\d/.test(term) ? 0.2 : false) };

/** From less to more help: all words as typed; all with typing errors; any word. */
const WAYS = [{ combineWith: "AND" }, { combineWith: "AND", ...TYPOS }, { combineWith: "OR", ...TYPOS }];

const LEAST = 0.4; // as in search_index.py
const ACRONYM = /\((\p{Lu}[\p{Lu}\p{N}-]+)\)/gu;

/**
 * How near a thing is to what was typed: 4 its name, 3 its short name or key, 2 all words stand in its name, 1 words of its
 * name begin so, 0 else; and a fraction: how much of these words was typed.
 */
function nearness(typed, title, others) {
  const name = fold(title);
  if (name === typed) return 4;
  const short = [name.replace(/\s*\([^)]*\)/g, "").trim(), ...[...title.matchAll(ACRONYM)].map(([, inside]) => fold(inside)), ...others];
  if (short.includes(typed)) return 3;
  const all = words(title);
  const shares = words(typed).map((word) => word.length / Math.min(...all.filter((each) => each.startsWith(word)).map((each) => each.length)));
  const least = Math.min(...shares); // 0 where a word begins none of the name's
  return least === 1 ? 2 : least > 0 ? 1 + 0.99 * (shares.reduce((sum, each) => sum + each, 0) / shares.length) : 0;
}

export class Index {
  /** `data` is search.json. */
  constructor(data) {
    this.classes = data.classes;
    this.search = MiniSearch.loadJS(data.index, OPTIONS);
  }

  /** What was typed: [{title, titleLanguage, kind, technical, path}], the closest first, technical kinds last. `language` is the page's. */
  find(text, language) {
    const typed = fold(text.trim());
    let hits = [];
    for (const way of WAYS) {
      hits = this.search.search(text, way);
      if (hits.length) break;
    }
    return hits
      .map((hit) => {
        const [title, titleLanguage] = hit.t[language] ?? Object.values(hit.t)[0];
        const kind = this.classes[hit.k];
        const names = Object.values(hit.t).map(([name]) => name);
        const others = [...(hit.o ?? []), fold(decodeURIComponent(hit.u.split("/").at(-1)))];
        const near = Math.max(...names.map((name) => nearness(typed, name, others)));
        const begins = names.some((name) => fold(name).startsWith(typed)) ? 1.1 : 1;
        const technical = Boolean(kind?.technical);
        return { title, titleLanguage, kind: kind?.[language] ?? "", technical, path: hit.u, near: Math.floor(near), score: (near % 1 || 1) * begins * (kind?.weight ?? LEAST), found: hit.score };
      })
      .sort((a, b) => a.technical - b.technical || b.near - a.near || b.score - a.score || b.found - a.found || (a.title < b.title ? -1 : 1));
  }
}
