// The rows of a class table: which are shown, in what order, and the same as SPARQL. The form of the data: site/tables.py.
import { fold } from "./fold.js";
import { boundsOf } from "./results.js";

// a row: [label, link, IRI, cells, language]; a term: [text, the term in SPARQL, link, language, key for sorting]
export const LABEL = 0;
export const LINK = 1;
export const IRI = 2;
export const CELLS = 3;
export const LANGUAGE = 4;
export const SHORT = 5;

/** In a facet's set of places in `data.terms`: rows without a value. */
export const MISSING = -1;

/** What stands for a term in the address of the page: the IRI, or the literal as SPARQL writes it. */
export const nameOf = ([, term]) => (term.startsWith("<") ? term.slice(1, -1) : term);

export class Rows {
  /** `state`: {q, sort, down, facets}; facets are a Map of column → Set of places in `data.terms`. */
  constructor(data, language) {
    this.data = data;
    this.collator = new Intl.Collator(language, { numeric: true });
    this.state = { q: "", sort: "", down: false, facets: new Map() };
    this.texts = data.rows.map((row) => fold([row[LABEL], ...data.columns.map((_, place) => this.textOf(row, place))].join(" ")));
  }

  cell(row, place) {
    return (row[CELLS][place] ?? []).map((number) => this.data.terms[number]);
  }

  textOf(row, place) {
    return this.cell(row, place).map(([text]) => text).join("; ");
  }

  /** The rows that pass the filters, those of one column left aside. */
  passing(except = "") {
    const q = fold(this.state.q);
    const wanted = [...this.state.facets].filter(([id]) => id !== except)
      .map(([id, terms]) => [this.data.columns.findIndex((column) => column.id === id), terms]);
    return this.data.rows.filter((row, number) => (!q || this.texts[number].includes(q))
      && wanted.every(([place, terms]) => (row[CELLS][place].length ? row[CELLS][place].some((term) => terms.has(term)) : terms.has(MISSING))));
  }

  /** The rows as they are shown. Empty cells come last, either way. */
  visible() {
    const { sort, down } = this.state;
    const rows = this.passing();
    if (!sort) return rows;
    const place = this.data.columns.findIndex((column) => column.id === sort);
    const kind = this.data.columns[place]?.kind;
    const sign = down ? -1 : 1;
    const compare = kind === "number" ? (x, y) => Number(x) - Number(y) : kind === "date" ? (x, y) => (x < y ? -1 : x > y ? 1 : 0) : this.collator.compare;
    const key = place < 0 ? (row) => row[LABEL]
      : kind === "number" || kind === "date" ? (row) => this.cell(row, place).map((term) => term[4] ?? "").sort(compare)[0] ?? ""
        : (row) => this.textOf(row, place);
    return rows.map((row) => [key(row), row]).sort(([x], [y]) => (x === "" || y === "" ? (x === "") - (y === "") : sign * compare(x, y))).map(([, row]) => row);
  }

  /** The values of a column among the rows that pass the other filters: place in `data.terms`, or MISSING → count. */
  counts(place) {
    const { id } = this.data.columns[place];
    const found = new Map([...(this.state.facets.get(id) ?? [])].map((term) => [term, 0]));
    for (const row of this.passing(id)) for (const term of row[CELLS][place].length ? row[CELLS][place] : [MISSING]) found.set(term, (found.get(term) ?? 0) + 1);
    return found;
  }

  /** Whether the values of a column tell any rows of the whole table apart. */
  divides(place) {
    return new Set(this.data.rows.map((row) => row[CELLS][place].join(" "))).size > 1;
  }

  /** The columns that have a value in some of the rows. */
  filled(rows) {
    return this.data.columns.flatMap((_, place) => (rows.some((row) => row[CELLS][place].length) ? [place] : []));
  }

  /** The state from the address of the page, and for it. */
  read(parameters) {
    const sort = parameters.get("sort") ?? "";
    this.state = { q: parameters.get("q") ?? "", sort: sort.replace(/^-/, ""), down: sort.startsWith("-"), facets: new Map() };
    this.data.columns.forEach((column, place) => {
      const names = new Set(column.facet ? parameters.getAll(column.id) : []);
      if (!names.size) return;
      const used = new Set(this.data.rows.flatMap((row) => row[CELLS][place]));
      const terms = [...used].filter((term) => names.has(nameOf(this.data.terms[term])));
      if (names.has("") && this.data.rows.some((row) => !row[CELLS][place].length)) terms.push(MISSING);
      if (terms.length) this.state.facets.set(column.id, new Set(terms));
    });
  }

  write() {
    const parameters = new URLSearchParams();
    const { q, sort, down, facets } = this.state;
    if (q) parameters.set("q", q);
    if (sort) parameters.set("sort", (down ? "-" : "") + sort);
    for (const [id, terms] of facets) for (const term of terms) parameters.append(id, term === MISSING ? "" : nameOf(this.data.terms[term]));
    return parameters.toString();
  }

  /** The query that gives exactly the rows shown, in the same order as far as SPARQL can. */
  sparql(hint) {
    const { q, sort, down, facets } = this.state;
    const parts = this.data.query;
    const lines = [parts.head];
    if (q) lines.push(`  # ${hint}: "${q.replaceAll(/\s+/g, " ")}"`, `  VALUES ?thing { ${this.passing().map((row) => `<${row[IRI]}>`).join(" ")} }`);
    lines.push(parts.things);
    for (const [id, terms] of facets) {
      const { path } = this.data.columns.find((column) => column.id === id);
      const values = [...terms].filter((term) => term !== MISSING).map((term) => this.data.terms[term][1]).join(" ");
      const ways = values ? [`{ SELECT DISTINCT ?thing WHERE { VALUES ?chosen_ { ${values} } ?thing ${path} ?chosen_ . } }`] : [];
      if (terms.has(MISSING)) ways.push(`{ SELECT ?thing WHERE { ${parts.things.trim()} FILTER NOT EXISTS { ?thing ${path} ?any_ . FILTER(!isBlank(?any_)) } } }`);
      lines.push(`  ${ways.length > 1 ? `{ ${ways.join(" UNION ")} }` : ways[0]}`);
    }
    lines.push(parts.columns);
    const column = this.data.columns.find((each) => each.id === sort);
    const direction = down ? "DESC" : "ASC";
    const key = !column ? "LCASE(?label)" : column.kind === "number" || column.kind === "date" ? `?${column.id}_` : `LCASE(?${column.id})`;
    lines.push(`} ORDER BY ${column ? `(!BOUND(?${column.id})) ` : ""}${sort ? `${direction}(${key})` : key}${column ? " LCASE(?label)" : ""}`);
    return `${lines.join("\n")}\n`;
  }

  /** What is shown, as lines for CSV. */
  lines(name) {
    return [
      ["iri", name, ...this.data.columns.map((column) => column.label)],
      ...this.visible().map((row) => [row[IRI], row[LABEL], ...this.data.columns.map(({ kind }, place) => [this.textOf(row, place), kind === "number"])]),
    ];
  }

  /** What is shown, of the published records. */
  records(all) {
    const byIri = new Map(all.map((record) => [record["@id"], record]));
    return this.visible().map((row) => byIri.get(row[IRI]));
  }

  /** What is shown, of the published features, with the columns as properties. */
  features(all) {
    const shown = new Map(this.visible().map((row) => [row[IRI], row]));
    const features = all.features.filter(({ properties }) => shown.has(properties.iri)).map((feature) => {
      const row = shown.get(feature.properties.iri);
      const columns = this.data.columns.map(({ id }, place) => [id, this.textOf(row, place)]).filter(([, text]) => text);
      return { ...feature, properties: { ...feature.properties, ...Object.fromEntries(columns) } };
    });
    const bbox = boundsOf(features.map(({ geometry }) => geometry).filter(Boolean));
    return { ...all, ...(bbox.every(Number.isFinite) ? { bbox } : {}), features };
  }
}
