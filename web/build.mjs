// Builds web/dist: the style sheet, the islands and the pictures, each under a name that holds its hash, with compressed twins and
// a manifest from plain names to hashed ones. Run by `npm run build`; the program embeds what it finds there.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import * as sass from "sass";

const dist = new URL("./dist/", import.meta.url).pathname;
const source = new URL("./src/", import.meta.url).pathname;
const manifest = {};

// Emptied rather than removed: cargo watches the folder itself.
mkdirSync(dist, { recursive: true });
for (const old of readdirSync(dist)) rmSync(join(dist, old), { recursive: true });

/** Where the meeting screen's elements come from. */
const ofHall = [
  "src/hall", "src/form/dom.ts", "src/form/photos.ts", "../crates/commons/src/platform/html/layout.html",
  "../crates/commons/src/platform/html/components.html", "../crates/villages/src/scorecards/hall/hall.html",
];

// Of every page, of forms, and of the meeting screen: a slow phone waits for nothing that it does not need.
for (const name of ["site", "form", "form-more", "hall-screen"]) {
  const styles = sass.compile(join(source, `${name}.scss`), {
    loadPaths: [new URL("./node_modules", import.meta.url).pathname],
    style: "compressed",
    quietDeps: true,
  });
  write(`${name}.css`, minified(name === "hall-screen" ? shownOf(styles.css, texts(ofHall)) : styles.css, "css"));
}

// By plain name: what every page has, what pages of forms have besides, the meeting screen, and the workers that show pages without a network.
const scripts = {
  "islands.js": "islands.ts", "form.js": "form/main.ts", "form-more.js": "form/more.ts", "form-rare.js": "form/rare-functions.ts", "leave.js": "form/leave.ts",
  "worker.js": "worker/filing.ts", "forms-worker.js": "worker/forms.ts", "hall.js": "hall/main.ts", "hall-more.js": "hall/screens.ts", "hall-worker.js": "worker/hall.ts",
};
/** What pages call the scripts that they load when they need them, see `form/lazy.ts`. */
const globals = { "form-more.js": "barazaMore", "form-rare.js": "barazaRare", "hall-more.js": "barazaHallMore" };
/** What remembers something is there once: the later screens take it from the first, see `hall/lazy.ts`. */
const ofFirstScreen = {
  name: "of-first-screen",
  setup(build) {
    build.onResolve({ filter: /\/(dom|outbox|store)$/ }, ({ path }) => ({ path: basename(path), namespace: "first", sideEffects: false }));
    build.onLoad({ filter: /.*/, namespace: "first" }, ({ path }) => ({ contents: `module.exports = window.barazaHall.${path};` }));
  },
};

for (const [name, entry] of Object.entries(scripts)) {
  const built = await esbuild.build({
    entryPoints: [join(source, entry)],
    bundle: true,
    minify: true,
    target: ["es2020"],
    format: "iife",
    globalName: globals[name],
    plugins: name === "hall-more.js" ? [ofFirstScreen] : [],
    write: false,
  });
  write(name, built.outputFiles[0].text);
}

write("icon.svg", readFileSync(join(source, "icon.svg"), "utf8").replace(/>\s+</g, "><").trim());
writeFileSync(join(dist, "manifest.json"), JSON.stringify(manifest, null, 1));

/** The rules of a style sheet for classes that a text has, or begins to put together (`govuk-button--${kind}`). */
function shownOf(css, text) {
  const has = (name) => text.includes(name) || text.includes(`${name.replace(/--.*/, "")}--$`);
  const isShown = (selector) => [...selector.replace(/:not\([^)]*\)/g, "").matchAll(/\.(-?[a-zA-Z_][\w-]*)/g)].every(([, name]) => has(name));
  return css.replace(/([^{}]+)\{([^{}]*)\}/g, (rule, selectors, body) => {
    if (selectors.trimStart().startsWith("@")) return rule;
    const shown = selectors.split(/,(?![^()]*\))/).filter(isShown);
    return shown.length ? `${shown.join(",")}{${body}}` : "";
  }).replace(/@media[^{}]*\{\s*\}/g, "");
}

/** All that stands in some files and folders. */
function texts(paths) {
  const text = (path) => {
    const at = new URL(path, import.meta.url).pathname;
    return statSync(at).isDirectory() ? readdirSync(at).map((name) => readFileSync(join(at, name), "utf8")).join("\n") : readFileSync(at, "utf8");
  };
  return paths.map(text).join("\n");
}

function minified(text, loader) {
  return esbuild.transformSync(text, { loader, minify: true, target: ["chrome80", "firefox78", "safari13"] }).code;
}

function write(name, text) {
  const bytes = Buffer.from(text);
  const [stem, suffix] = basename(name).split(".");
  const hashed = `${stem}-${createHash("sha256").update(bytes).digest("hex").slice(0, 10)}.${suffix}`;
  const gz = gzipSync(bytes, { level: 9 });
  const br = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  writeFileSync(join(dist, hashed), bytes);
  writeFileSync(join(dist, `${hashed}.gz`), gz);
  writeFileSync(join(dist, `${hashed}.br`), br);
  manifest[name] = hashed;
  console.log(`${hashed.padEnd(28)} ${bytes.length} B, ${gz.length} B gzip, ${br.length} B brotli`);
}
