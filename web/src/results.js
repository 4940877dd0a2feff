// What answers and mistakes look like to people, without the page: heads of columns, places on a drawing, sentences.

const COMMENT_OR_TEXT = /#[^\n]*|<[^<>\s]*>|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;

/** The query with comments, addresses and texts replaced by spaces of the same length. */
const bare = (query) => query.replace(COMMENT_OR_TEXT, (found) => " ".repeat(found.length));

/** The columns of an answer in the order in which they are written; engines sort those of SELECT *. */
export function columnsOf(query, names) {
  const plain = bare(query);
  if (!/\bselect\s+(?:distinct\s+|reduced\s+)?\*/i.test(plain)) return names;
  const first = (name) => {
    const place = plain.search(new RegExp(`[?$]${name}(?![\\p{L}\\p{N}_])`, "u"));
    return place < 0 ? plain.length : place;
  };
  return names.map((name) => [first(name), name]).sort(([a], [b]) => a - b).map(([, name]) => name);
}

/** A variable as words: "regionName" is "region name". */
export const spaced = (name) => name.replace(/_+/g, " ").replace(/(?<=[\p{Ll}\d])(?=\p{Lu}\p{Ll})/gu, " ").replace(/ \p{Lu}(?=\p{Ll})/gu, (capital) => capital.toLowerCase()).trim();

/** A text as the literal of SPARQL that has the type of another term; an address as an IRI where that is one; null where it cannot be. */
export function termFor(text, like) {
  if (like.startsWith("<")) {
    const iri = text.trim().replace(/^<|>$/g, "");
    return /^[A-Za-z][\w+.-]*:[^\s<>"{}|\\^`]*$/.test(iri) ? `<${iri}>` : null;
  }
  const written = text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  return `"${written}"${/"((?:@|\^\^).*)?$/.exec(like)?.[1] ?? ""}`;
}

/** The text of a literal or address of SPARQL. */
export function textOf(term) {
  if (term.startsWith("<")) return term.slice(1, -1);
  const inside = /^"((?:[^"\\]|\\.)*)"/s.exec(term)?.[1] ?? term;
  return inside.replace(/\\(.)/g, (_, letter) => ({ n: "\n", r: "\r", t: "\t" })[letter] ?? letter);
}

/**
 * What is wrong with a query, from the query and what the parser says: {kind, line, column, prefix}; line and column count from 1.
 * Kinds: "prefix" (not declared), "update", "service", "empty", "ungrouped", "syntax", "other" (not about the text).
 */
export function mistakeIn(query, message) {
  const found = /(?:at|line)\s+(\d+)(?::|, column |\s+column\s+)(\d+)/i.exec(message);
  const place = found ? { line: Number(found[1]), column: Number(found[2]) } : {};
  const plain = bare(query);
  if (!plain.trim()) return { kind: "empty", ...place };
  const words = plain.replace(/\b(?:prefix\s+[\w.-]*:|base)(?=\s)/gi, " ");
  if (/^\s*(?:insert|delete|load|clear|create|drop|copy|move|add|with)\b/i.test(words)) return { kind: "update", ...place };
  if (/\bservice\b/i.test(plain) && !found) return { kind: "service" };
  const declared = new Set([...plain.matchAll(/\bprefix\s+([\w.-]*):/gi)].map(([, name]) => name));
  const used = [...plain.matchAll(/(?<![\w?$:.-])([A-Za-z][\w.-]*|):(?=[\w%\\\s,;.)\]|/^*+}]|$)/g)].find(([, name]) => !declared.has(name) && name !== "_");
  if (/prefix/i.test(message) && used) {
    const before = query.slice(0, used.index).split("\n");
    return { kind: "prefix", prefix: used[1], line: before.length, column: before.at(-1).length + 1 };
  }
  if (/unbound|group/i.test(message)) return { kind: "ungrouped", ...place };
  return { kind: found ? "syntax" : "other", ...place };
}

const WKT = /^\s*(?:<([^>]*)>\s*)?(MULTI)?(POINT|POLYGON|LINESTRING)\s*[ZM]*\s*\(/i;
const NUMBER = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi;

/** Whether a term of an answer is a geometry. */
export const isGeometry = (term) => WKT.test(term?.value ?? "");

/** A WKT text as a geometry of GeoJSON, longitude before latitude; null for what is none. */
export function geometryOf(text) {
  const head = WKT.exec(text);
  if (!head) return null;
  const [whole, system = "", multi, kind] = head;
  const swapped = /EPSG(?:\/0\/|:)4326$/.test(system);
  const pair = (each) => {
    const [x, y] = (each.match(NUMBER) ?? []).map(Number);
    return swapped ? [y, x] : [x, y];
  };
  const pairs = (each) => each.split(",").map(pair);
  const body = text.slice(whole.length - 1);
  const rings = [...body.matchAll(/\(([^()]+)\)/g)].map(([, inside]) => pairs(inside));
  const name = kind.toUpperCase();
  const coordinates = {
    POINT: () => (multi ? rings.flat() : rings[0][0]),
    LINESTRING: () => (multi ? rings : rings[0]),
    // the rings of one polygon stand in brackets of their own
    POLYGON: () => (multi ? [...body.slice(1, -1).matchAll(/\(\s*(?:\([^()]*\)\s*,?\s*)+\)/g)].map(([each]) => [...each.matchAll(/\(([^()]+)\)/g)].map(([, inside]) => pairs(inside))) : rings),
  };
  const type = { POINT: "Point", LINESTRING: "LineString", POLYGON: "Polygon" }[name];
  if (!rings.length || !rings.flat(2).every(Number.isFinite)) return null;
  return { type: `${multi ? "Multi" : ""}${type}`, coordinates: coordinates[name]() };
}

/** The places of a geometry, in rings. */
export function ringsOf({ type, coordinates, geometries }) {
  if (type === "GeometryCollection") return geometries.flatMap(ringsOf);
  if (type === "Point") return [[coordinates]];
  if (type === "MultiPoint" || type === "LineString") return [coordinates];
  return type === "MultiPolygon" ? coordinates.flat() : coordinates;
}

/** The west, south, east and north ends of geometries. */
export function boundsOf(geometries) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of geometries.flatMap((each) => ringsOf(each).flat())) {
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  }
  return box;
}

/** The rows with a geometry as GeoJSON; the other columns are properties. */
export function geojson(names, rows) {
  const features = rows.flatMap((row) => {
    const name = names.find((each) => isGeometry(row[each]));
    const geometry = name && geometryOf(row[name].value);
    if (!geometry) return [];
    const properties = Object.fromEntries(names.filter((each) => each !== name && row[each]).map((each) => [each, row[each].value]));
    return [{ type: "Feature", properties, geometry }];
  });
  return { type: "FeatureCollection", bbox: boundsOf(features.map((each) => each.geometry)), features };
}

/** How degrees become units of a drawing: that of the land where all lies on it, else one that fits. */
export function projectionFor(geometries, land) {
  const [west, south, east, north] = boundsOf(geometries);
  if (land) {
    const point = ([x, y]) => [(x - land.west) * land.squeeze * land.scale + land.margin, (land.north - y) * land.scale + land.margin];
    const [left, top] = point([west, north]);
    const [right, bottom] = point([east, south]);
    if (left >= 0 && top >= 0 && right <= land.width && bottom <= land.height) return { point, width: land.width, height: land.height, picture: land.picture };
  }
  const squeeze = Math.cos(((south + north) / 2) * Math.PI / 180);
  const scale = 600 / Math.max((east - west) * squeeze, north - south, 0.05);
  return {
    point: ([x, y]) => [(x - west) * squeeze * scale + 12, (north - y) * scale + 12],
    width: Math.round((east - west) * squeeze * scale) + 24,
    height: Math.round((north - south) * scale) + 24,
  };
}
