// Loads a TypeScript module of the front end for a test, bundled as the build does it.
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("../src/", import.meta.url));

export async function load(path) {
  const result = await build({ entryPoints: [`${source}${path}`], bundle: true, write: false, format: "esm", platform: "neutral", mainFields: ["module", "main"], logLevel: "error" });
  return import(`data:text/javascript;base64,${Buffer.from(result.outputFiles[0].text).toString("base64")}`);
}

/** The few things of a page that pure modules ask for. */
export function pretendPage(lang = "zh-Hans") {
  globalThis.document = { documentElement: { lang } };
}
