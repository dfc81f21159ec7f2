/** Class limits for colour scales: round numbers that a legend can print. */

/** A step of 1, 2 or 5 times a power of ten, not smaller than `raw`. */
function roundStep(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(raw));
  const lead = [1, 2, 5, 10].find((candidate) => candidate * power >= raw * (1 - 1e-9)) ?? 10;
  return lead * power;
}

/** Equal round steps over the values; zero is a limit when the values cross it. */
export function linearBreaks(values: readonly number[], classes: number): number[] {
  if (values.length === 0) return [];
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (low === high) return [low];
  const step = roundStep((high - low) / classes);
  const first = Math.floor(low / step) + 1;
  const limits: number[] = [];
  for (let i = first; i * step < high; i += 1) limits.push(Number((i * step).toPrecision(12)));
  return limits;
}

/** Limits 1, 10, 100 … or 1, 3, 10, 30 … over the positive values, as fine as `classes` allows. */
export function logBreaks(values: readonly number[], classes: number): number[] {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return [];
  const low = Math.floor(Math.log10(Math.min(...positive)));
  const high = Math.ceil(Math.log10(Math.max(...positive)));
  const leads = (high - low) * 2 <= classes ? [1, 3] : [1];
  const limits: number[] = [];
  for (let power = low; power <= high; power += 1) for (const lead of leads) limits.push(Number((lead * 10 ** power).toPrecision(3)));
  const inside = limits.filter((limit) => limit > Math.min(...positive) && limit < Math.max(...positive));
  return inside.slice(-Math.max(1, classes - 1));
}

/** Logarithmic limits where one value would hide the others (largest over twenty times the median), else linear. */
export function chooseBreaks(values: readonly number[], classes: number): number[] {
  const sorted = values.filter((value) => value > 0).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const isSkewed = sorted.length === values.filter((value) => value !== 0).length && (sorted.at(-1) ?? 0) > 20 * median;
  return isSkewed ? logBreaks(values, classes) : linearBreaks(values, classes);
}

/** Index of the class that a value falls in; a value on a limit belongs to the class above it. */
export function classOf(value: number, limits: readonly number[]): number {
  let index = 0;
  while (index < limits.length && value >= (limits[index] ?? Infinity)) index += 1;
  return index;
}

/** `count` colours spread over the scale, ends included. */
export function spread(scale: readonly string[], count: number): string[] {
  if (count <= 1) return [scale[Math.floor(scale.length / 2)] ?? ""];
  return Array.from({ length: count }, (_, i) => scale[Math.round((i * (scale.length - 1)) / (count - 1))] ?? "");
}
