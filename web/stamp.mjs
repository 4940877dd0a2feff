// The hash of everything that the browser parts depend on. Needs nothing but Node, so that `make assets` can ask at every run
// whether they are old: `node stamp.mjs` prints it.
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const site = join(here, "..", "src", "moro_lod", "site");

/** All files below a folder, in one order everywhere. */
export async function files(folder) {
  const found = [];
  for (const entry of (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await files(path)));
    else found.push(path);
  }
  return found;
}

/** What the style sheet of KERN is cut down to: templates and scripts as they are, of Python files the names of classes alone. */
export async function stamp() {
  const hash = createHash("sha256");
  const below = await files(site);
  const whole = [
    ...["package.json", "package-lock.json", "build.mjs", "stamp.mjs"].map((name) => join(here, name)),
    ...(await files(join(here, "src"))),
    ...below.filter((path) => path.endsWith(".html")),
    ...below.filter((path) => path.endsWith(".js") && dirname(path) === join(site, "assets")),
  ];
  for (const path of whole) {
    hash.update(`${relative(here, path).replaceAll("\\", "/")}\0`).update(await readFile(path)).update("\0");
  }
  const classes = new Set();
  for (const path of below.filter((each) => each.endsWith(".py"))) {
    for (const [name] of (await readFile(path, "utf8")).matchAll(/\bkern-[\w-]+/g)) classes.add(name);
  }
  hash.update([...classes].sort().join(" "));
  return hash.digest("hex");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await stamp());
