import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { contrast } from "../contrast.mjs";
import { paletteCss, tokensCss } from "../tokens.mjs";

const tokens = JSON.parse(readFileSync(new URL("../tokens.json", import.meta.url), "utf8"));
const READABLE = 4.5; // WCAG 2.2, 1.4.3
const LEGIBLE_MARK = 1.8; // fills; every series also has a legend entry, a tooltip and a table row

/* Machado, Oliveira & Fernandes 2009, severity 1, linear RGB. */
const SIGHT = {
  common: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
};

const linear = (colour) =>
  [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
const times = (matrix, vector) => matrix.map((row) => row.reduce((sum, factor, i) => sum + factor * vector[i], 0));
/** OKLab coordinates (Ottosson 2020). */
const oklab = (rgb) => {
  const lms = times([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]], rgb).map((x) => Math.cbrt(Math.max(0, x)));
  return times([[0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099], [0.0259040371, 0.7827717662, -0.808675766]], lms);
};
const distance = (a, b) => Math.hypot(...a.map((x, i) => x - b[i]));

for (const [name, theme] of Object.entries(tokens)) {
  test(`${name}: text is readable on every ground`, () => {
    for (const ink of ["ink", "ink-2", "ink-3", "accent", "accent-strong"]) {
      for (const ground of ["bg", "surface", "raised", "sunken", "hover"]) {
        assert.ok(contrast(theme[ink], theme[ground]) >= READABLE, `${ink} on ${ground}: ${contrast(theme[ink], theme[ground]).toFixed(2)}`);
      }
    }
  });

  test(`${name}: each tone is readable on its soft ground and on a card`, () => {
    for (const tone of ["ok", "warn", "bad", "info", "undetermined"]) {
      assert.ok(contrast(theme[tone], theme[`${tone}-soft`]) >= READABLE, `${tone} on its ground: ${contrast(theme[tone], theme[`${tone}-soft`]).toFixed(2)}`);
      assert.ok(contrast(theme[tone], theme.surface) >= READABLE, `${tone} on a card`);
    }
    assert.ok(contrast(theme["on-accent"], theme.accent) >= READABLE);
    assert.ok(contrast(theme["accent-strong"], theme["accent-soft"]) >= READABLE);
  });

  test(`${name}: ten series colours can be told apart, also with red-green blindness`, () => {
    for (const [sight, matrix] of Object.entries(SIGHT)) {
      const seen = theme.series.map((colour) => oklab(times(matrix, linear(colour)).map((x) => Math.min(1, Math.max(0, x)))));
      for (const [i, a] of seen.entries()) {
        for (const [j, b] of seen.entries()) {
          if (i < j) assert.ok(distance(a, b) > 0.07, `${sight}: ${theme.series[i]} and ${theme.series[j]} are ${distance(a, b).toFixed(3)} apart`);
        }
      }
    }
    for (const colour of theme.series) assert.ok(contrast(colour, theme.surface) > LEGIBLE_MARK, colour);
  });

  test(`${name}: the sequential scale grows in equal steps of lightness`, () => {
    const lightness = theme.seq.map((colour) => oklab(linear(colour))[0]);
    const steps = lightness.slice(1).map((value, i) => value - lightness[i]);
    const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
    for (const step of steps) assert.ok(Math.abs(step - mean) < 0.015, `step ${step.toFixed(3)}, mean ${mean.toFixed(3)}`);
  });

  test(`${name}: the diverging scale is balanced around its middle`, () => {
    const lightness = theme.div.map((colour) => oklab(linear(colour))[0]);
    for (let i = 0; i < 4; i += 1) assert.ok(Math.abs(lightness[i] - lightness[8 - i]) < 0.02);
  });
}

test("light and dark name the same colours", () => {
  assert.deepEqual(Object.keys(tokens.dark).sort(), Object.keys(tokens.light).sort());
});

test("text on every step of a heat table is readable", () => {
  const rules = [...paletteCss(tokens).matchAll(/heat--(\d)\{background-color:var\(--seq-\d\)!important;color:(#\w+)\}/g)];
  const themes = [tokens.light, tokens.dark, tokens.dark];
  assert.equal(rules.length, 27);
  for (const [i, [, step, ink]] of rules.entries()) {
    assert.ok(contrast(themes[Math.floor(i / 9)].seq[Number(step)], ink) >= READABLE, `step ${step}`);
  }
});

test("a chosen light theme wins over a dark system", () => {
  assert.match(tokensCss(tokens), /prefers-color-scheme:dark\)\{:root:not\(\[data-theme="light"\]\)/);
});
