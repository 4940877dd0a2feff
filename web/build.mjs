// Builds the browser parts into src/moro_lod/site/assets/built/ (left out of version control; the wheel carries them).
// Same sources and same package-lock.json give the same bytes.
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { PurgeCSS } from "purgecss";
import { files, stamp } from "./stamp.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const site = join(here, "..", "src", "moro_lod", "site");
const out = join(site, "assets", "built");
const modules = join(here, "node_modules");
const WEIGHTS = ["Regular", "SemiBold"];

async function bundle() {
  const result = await esbuild.build({
    absWorkingDir: here,
    entryPoints: { search: "src/search.js", table: "src/table.js", map: "src/map.js", query: "src/query.js", "query-worker": "src/query-worker.js" },
    outdir: out,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
    charset: "utf8",
    loader: { ".png": "empty", ".svg": "empty" },
    define: { "process.env.NODE_ENV": '"production"' },
    metafile: true,
  });
  await cp(join(modules, "oxigraph", "web_bg.wasm"), join(out, "oxigraph.wasm"));
  return Object.keys(result.metafile.inputs);
}

async function kern() {
  // KERN is large because of its grid and utilities; what no template names is left out.
  const source = await readFile(join(modules, "@kern-ux/native/dist/kern.css"), "utf8");
  const [{ css }] = await new PurgeCSS().purge({
    content: [join(site, "templates/**/*.html"), join(site, "**/*.py"), join(here, "src/*.js"), join(site, "assets/*.js")],
    css: [{ raw: source }],
    variables: false,
    safelist: { standard: [/^data-kern-theme/, "kern-light", "kern-dark"] },
    blocklist: [/^kern-(row|col|flex|order|basis|grid|m[tbxylr]?|p[tbxylr]?|min|max|w|h)-/],
  });
  const faces = WEIGHTS.map(
    (name) => `@font-face{font-family:"Fira Sans";src:url("fonts/FiraSans-${name}.woff2") format("woff2");` +
      `font-weight:${name === "Regular" ? 400 : 600};font-style:normal;font-display:swap}`,
  );
  const version = JSON.parse(await readFile(join(modules, "@kern-ux/native/package.json"), "utf8")).version;
  const { code } = await esbuild.transform(`${faces.join("")}\n${css}`, { loader: "css", minify: true, legalComments: "none" });
  const notice = `/*! KERN design system ${version}, the parts in use; licensed under the EUPL 1.2; source: npm package @kern-ux/native */\n`;
  await writeFile(join(out, "kern.css"), notice + code);
  await mkdir(join(out, "fonts"), { recursive: true });
  for (const name of WEIGHTS) {
    const file = `FiraSans-${name}.woff2`;
    await cp(join(modules, "@kern-ux/native/dist/fonts/fira-sans", file), join(out, "fonts", file));
  }
}

async function licences(inputs) {
  const names = new Set(["@kern-ux/native", "oxigraph"]);
  for (const input of inputs) {
    const match = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(input);
    if (match) names.add(match[1]);
  }
  const parts = ["Third-party parts of this site\n"];
  for (const name of [...names].sort()) {
    const folder = join(modules, name);
    const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).filter((each) => /^licen[cs]e/i.test(each)).sort()[0];
    const text = file ? await readFile(join(folder, file), "utf8") : `Licence: ${about.license}\n`;
    parts.push(`${"=".repeat(78)}\n${name} ${about.version} (${about.license})\n\n${text.trim()}\n`);
  }
  parts.push(`${"=".repeat(78)}\nFira Sans, as shipped with @kern-ux/native: SIL Open Font License 1.1\n`);
  await writeFile(join(out, "LICENCES.txt"), parts.join("\n"));
}

const wanted = await stamp();
const old = await readFile(join(out, "stamp.txt"), "utf8").catch(() => "");
if (old.trim() === wanted && !process.argv.includes("--force")) {
  console.log("browser parts are up to date");
} else {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const inputs = await bundle();
  await kern();
  await licences(inputs);
  await writeFile(join(out, "stamp.txt"), `${wanted}\n`);
  console.log(`browser parts built: ${(await files(out)).length} files`);
}
