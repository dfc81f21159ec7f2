/** Numbers for people. Grouping with a thin space, as in the tables; no value is a dash, never 0. */

const THIN_SPACE = "\u2009";

/** `precision` digits after the point; without it, as many as four significant digits need (at most four), no trailing zeros. */
export function formatNumber(value: number | null | undefined, precision?: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "—";
  const digits = precision ?? decimals(value);
  const [whole = "", given] = Math.abs(value).toFixed(digits).split(".");
  const fraction = precision === undefined ? given?.replace(/0+$/, "") : given;
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
  const isZero = !/[1-9]/.test(whole + (fraction ?? ""));
  const sign = value < 0 && !isZero ? "−" : "";
  return sign + grouped + (fraction ? `.${fraction}` : "");
}

function decimals(value: number): number {
  const size = Math.abs(value);
  if (size === 0 || size >= 1000) return 0;
  return Math.min(4, Math.max(0, 3 - Math.floor(Math.log10(size))));
}

/** For axes: in full up to a million (the unit may say 万 already), then 120万 in Chinese, 1.2M in English. */
export function formatAxis(value: number, language: "zh" | "en"): string {
  if (Math.abs(value) < 1e6) return formatNumber(value);
  const steps: [number, string][] = language === "zh" ? [[1e8, "亿"], [1e4, "万"]] : [[1e9, "G"], [1e6, "M"], [1e3, "k"]];
  for (const [size, sign] of steps) {
    if (Math.abs(value) >= size) return trim(value / size) + sign;
  }
  return trim(value);
}

function trim(value: number): string {
  return String(Number(value.toPrecision(6))).replace("-", "−");
}

/** A share as a percentage with one digit. */
export function formatShare(value: number): string {
  return `${(value * 100).toFixed(1)}${THIN_SPACE}%`;
}
