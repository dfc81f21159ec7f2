/** Class limits of a gridded pollutant. Pure. */

/** Shares of the cells that lie below each limit: most cells differ little, and few are far above all others. */
const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.9, 0.97, 0.995];
const MOST_LIMITS = 8;

export interface Cells {
  type: "FeatureCollection";
  features: { type: "Feature"; geometry: { type: "Polygon"; coordinates: number[][][] }; properties: Record<string, number> }[];
}

/** Limits for every step alike, so that a colour means the same all year. */
export function limitsOf(cells: Cells, steps: number): number[] {
  const values = cells.features.flatMap(({ properties }) => Array.from({ length: steps }, (_, step) => properties[`s${step}`] ?? 0)).sort((a, b) => a - b);
  const highest = values.at(-1) ?? 0;
  const found = QUANTILES.map((share) => Number((values[Math.floor(share * (values.length - 1))] ?? 0).toPrecision(2)));
  const limits = [...new Set(found)].filter((limit) => limit > (values[0] ?? 0) && limit <= highest);
  // A few sources may lie orders of magnitude above the rest: each order has a class of its own.
  for (let next = Number((10 * (limits.at(-1) ?? highest)).toPrecision(1)); next < highest && limits.length < MOST_LIMITS; next *= 10) limits.push(next);
  return limits;
}
