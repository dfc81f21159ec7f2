// Bundles the style sheet and the modules into src/cocontrol_web/static/build.
// The new build is made beside the old one and then takes its place, so that a server never finds half of one.
import { context, build } from "esbuild";
import { readFile, writeFile, mkdir, rm, readdir, cp, rename, stat } from "node:fs/promises";
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { paletteCss, tokensCss } from "./tokens.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "src", "cocontrol_web", "static", "build");
const watching = process.argv.includes("--watch");
const out = watching ? target : `${target}.new`;
/** Oldest browsers served: cascade layers and dialogs are there, nesting and newer CSS are lowered. */
const browsers = ["chrome99", "firefox102", "safari15.4"];

/** `virtual:tokens.css`, `virtual:palette.css` and `virtual:worker-name` are made, not read. */
const madeFiles = (workerName) => ({
  name: "made-files",
  setup(bundle) {
    bundle.onResolve({ filter: /^virtual:/ }, (args) => ({ path: args.path, namespace: "made" }));
    for (const [filter, write] of [[/tokens\.css$/, tokensCss], [/palette\.css$/, paletteCss]]) {
      bundle.onLoad({ filter, namespace: "made" }, async () => ({
        contents: write(JSON.parse(await readFile(join(here, "tokens.json"), "utf8"))),
        loader: "css",
        watchFiles: [join(here, "tokens.json")],
      }));
    }
    bundle.onLoad({ filter: /worker-name$/, namespace: "made" }, () => ({
      contents: `export default ${JSON.stringify(workerName)};`,
      loader: "js",
    }));
  },
});

const common = { bundle: true, minify: !watching, sourcemap: false, target: browsers, legalComments: "eof", logLevel: "warning" };

/** MapLibre's worker with everything it imports in one file of ours; the name carries the digest of its content. */
async function buildWorker() {
  const result = await build({
    ...common,
    entryPoints: [fileURLToPath(import.meta.resolve("maplibre-gl/dist/maplibre-gl-worker.mjs"))],
    format: "iife",
    write: false,
  });
  const [file] = result.outputFiles;
  const name = `maplibre-worker-${createHash("sha256").update(file.contents).digest("hex").slice(0, 8)}.js`;
  await writeFile(join(out, name), file.contents);
  return name;
}

const moduleOptions = (workerName) => ({
  ...common,
  entryPoints: { app: join(here, "src", "app.ts") },
  outdir: out,
  format: "esm",
  splitting: true,
  chunkNames: "[name]-[hash]",
  plugins: [madeFiles(workerName)],
});

const plainOptions = {
  ...common,
  entryPoints: { theme: join(here, "src", "theme-early.ts"), app: join(here, "css", "app.css") },
  outdir: out,
  format: "iife",
  plugins: [madeFiles("")],
};

async function writeManifest() {
  const files = {};
  for (const name of (await readdir(out)).sort()) {
    if (name === "manifest.json") continue;
    const bytes = await readFile(join(out, name));
    files[name] = { bytes: (await stat(join(out, name))).size, sha256: createHash("sha256").update(bytes).digest("hex") };
  }
  await writeFile(join(out, "manifest.json"), `${JSON.stringify({ files }, null, 2)}\n`);
}

async function prepare() {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  for (const name of ["icons.svg", "favicon.svg"]) await cp(join(here, name), join(out, name));
  return buildWorker();
}

const workerName = await prepare();
if (watching) {
  for (const options of [moduleOptions(workerName), plainOptions]) await (await context(options)).watch();
  await writeManifest();
  console.log("watching; end with Ctrl-C");
} else {
  await build(moduleOptions(workerName));
  await build(plainOptions);
  await writeManifest();
  await rm(target, { recursive: true, force: true });
  await rename(out, target);
  const { files } = JSON.parse(await readFile(join(target, "manifest.json"), "utf8"));
  for (const [name, file] of Object.entries(files)) console.log(`${(file.bytes / 1024).toFixed(1).padStart(9)} kB  ${name}`);
}
