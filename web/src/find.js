// Searching the prebuilt index, without the page: what is found and in what order.
import MiniSearch from "minisearch";
import { fold, words } from "./fold.js";

const OPTIONS = {
  fields: ["title", "other"],
  storeFields: ["t", "k", "u"],
  tokenize: words,
  processTerm: (term) => term,
  searchOptions: { boost: { title: 3 }, prefix: (term) => term.length > 1 },
};

/** As many wrong letters as people make: one in five, in words of five and more. */
const TYPOS = { fuzzy: (term) => (term.length > 4 ? 0.2 : false) };

/** From less to more help: all words as typed; all with typing errors; any word. */
const WAYS = [{ combineWith: "AND" }, { combineWith: "AND", ...TYPOS }, { combineWith: "OR", ...TYPOS }];

export class Index {
  /** `data` is search.json. */
  constructor(data) {
    this.classes = data.classes;
    this.search = MiniSearch.loadJS(data.index, OPTIONS);
  }

  /** What was typed: [{title, titleLanguage, kind, path}], the closest first. `language` is the page's. */
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
        const folded = fold(title);
        const closeness = folded === typed ? 4 : folded.startsWith(typed) ? 2 : 1;
        return { title, titleLanguage, kind: kind?.[language] ?? "", path: hit.u, score: hit.score * closeness * (kind?.weight ?? 1) };
      })
      .sort((a, b) => b.score - a.score || (a.title < b.title ? -1 : 1));
  }
}
