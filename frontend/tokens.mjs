// Custom properties from tokens.json: one source for light, dark and print, so that no colour is written twice.
import { inkOn } from "./contrast.mjs";

/** Name–value pairs; a list becomes --name-0 … (scales) or --name-1 … (series, as people count them). */
export function declarations(theme) {
  return Object.entries(theme).flatMap(([name, value]) => {
    if (!Array.isArray(value)) return [[`--${name}`, value]];
    const first = name === "series" ? 1 : 0;
    return value.map((colour, index) => [`--${name}-${index + first}`, colour]);
  });
}

const block = (theme) => declarations(theme).map(([name, value]) => `${name}:${value};`).join("");

/** The style sheet text: light by default, dark by preference or by choice, light on paper. */
export function tokensCss({ light, dark }) {
  return [
    `:root{color-scheme:light;${block(light)}}`,
    `@media screen and (prefers-color-scheme:dark){:root:not([data-theme="light"]){color-scheme:dark;${block(dark)}}}`,
    `@media screen{:root[data-theme="dark"]{color-scheme:dark;${block(dark)}}}`,
  ].join("\n");
}

/** Classes that server-drawn SVG and heat tables use instead of colours. */
export function paletteCss(tokens) {
  const { light, dark } = tokens;
  const fills = (name, first) => light[name].map((_, i) => `.${name}-${i + first}{fill:var(--${name}-${i + first})}`);
  const lines = light.series.map((_, i) => `.line-${i + 1}{stroke:var(--series-${i + 1});fill:none}`);
  const heat = (theme, scope) =>
    theme.seq.map((colour, i) => `${scope}.heat--${i}{background-color:var(--seq-${i})!important;color:${inkOn(colour)}}`);
  return [
    ...fills("series", 1), ...lines, ...fills("seq", 0), ...fills("div", 0), ...heat(light, "td"),
    `@media screen and (prefers-color-scheme:dark){${heat(dark, ':root:not([data-theme="light"]) td').join("")}}`,
    `@media screen{${heat(dark, ':root[data-theme="dark"] td').join("")}}`,
  ].join("\n");
}
