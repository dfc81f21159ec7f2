import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../src/cocontrol_web/static/build/", import.meta.url));
const skip = existsSync(`${folder}manifest.json`) ? false : "not built: npm run build";
const read = (name) => readFileSync(folder + name, "utf8");

test("the manifest lists every file with its digest", { skip }, () => {
  const { files } = JSON.parse(read("manifest.json"));
  assert.deepEqual(Object.keys(files), readdirSync(folder).filter((name) => name !== "manifest.json").sort());
  for (const [name, { sha256 }] of Object.entries(files)) {
    assert.equal(createHash("sha256").update(readFileSync(folder + name)).digest("hex"), sha256, name);
  }
});

test("the style sheet loads nothing but what it carries", { skip }, () => {
  const css = read("app.css");
  assert.doesNotMatch(css, /@import/);
  for (const [, target] of css.matchAll(/url\(\s*["']?([^"')]{0,12})/g)) assert.match(target, /^data:/);
});

test("the theme is set by a script small enough to stand before the first paint", { skip }, () => {
  assert.ok(read("theme.js").length < 1024);
  assert.doesNotMatch(read("theme.js"), /\bimport\b|\beval\b/);
});

test("a page without charts and maps loads less than 120 kB of script", { skip }, () => {
  const entry = read("app.js");
  const eager = [...entry.matchAll(/from"\.\/([\w-]+\.js)"/g)].map(([, name]) => name);
  const size = [...new Set(eager)].reduce((sum, name) => sum + read(name).length, entry.length);
  assert.ok(size < 120 * 1024, `${size} bytes`);
});

test("every icon that the modules name is in the sprite", { skip }, () => {
  const sprite = read("icons.svg");
  const source = fileURLToPath(new URL("../src/", import.meta.url));
  const files = readdirSync(source, { recursive: true }).filter((name) => String(name).endsWith(".ts"));
  for (const file of files) {
    for (const [, name] of readFileSync(`${source}${file}`, "utf8").matchAll(/\bicon\("([\w-]+)"\)/g)) {
      assert.match(sprite, new RegExp(`id="${name}"`), `${file}: ${name}`);
    }
  }
});
