// How well two colours stand apart; used by the build, by the charts and by the tests.

const DARK_INK = "#020c12";
const LIGHT_INK = "#ffffff";

/**
 * Dark or light text for a fill, whichever is easier to read on it.
 * @param {string} colour `#rrggbb`
 */
export function inkOn(colour) {
  return contrast(colour, DARK_INK) >= contrast(colour, LIGHT_INK) ? DARK_INK : LIGHT_INK;
}

/**
 * Contrast ratio of two `#rrggbb` colours (WCAG 2.2, "contrast ratio").
 * @param {string} a
 * @param {string} b
 */
export function contrast(a, b) {
  const [first, second] = [luminance(a), luminance(b)];
  return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
}

/**
 * Relative luminance (WCAG 2.2).
 * @param {string} colour
 */
function luminance(colour) {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
