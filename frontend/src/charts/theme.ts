/** Colours and type of the page, read from its custom properties when a chart is drawn. */

export interface Theme {
  ink: string;
  ink2: string;
  ink3: string;
  line: string;
  lineStrong: string;
  surface: string;
  raised: string;
  accent: string;
  mapGround: string;
  ok: string;
  warn: string;
  bad: string;
  undetermined: string;
  series: string[];
  seq: string[];
  font: string;
  figures: string;
  isStill: boolean;
}

export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: read("ink"), ink2: read("ink-2"), ink3: read("ink-3"), line: read("line"), lineStrong: read("line-strong"),
    surface: read("surface"), raised: read("raised"), accent: read("accent"), mapGround: read("map-ground"), ok: read("ok"), warn: read("warn"), bad: read("bad"), undetermined: read("undetermined"),
    series: Array.from({ length: 10 }, (_, i) => read(`series-${i + 1}`)),
    seq: Array.from({ length: 9 }, (_, i) => read(`seq-${i}`)),
    font: getComputedStyle(document.body).fontFamily,
    figures: read("font-figures") || "sans-serif",
    isStill: matchMedia("(prefers-reduced-motion: reduce)").matches || document.documentElement.hasAttribute("data-printing"),
  };
}

/** Fuels people compare across charts keep one colour everywhere; oil products are warm, gases green, heat and power violet. */
const KNOWN_SLOTS: Record<string, number> = {
  raw_coal: 0, coke: 4, washed_coal: 6, diesel: 2, gasoline: 9, kerosene: 1, jet_kerosene: 1, fuel_oil: 7, crude_oil: 7, lpg: 1, natural_gas: 5,
  lng: 8, coke_oven_gas: 8, blast_furnace_gas: 3, heat: 3, electricity: 6, CO2: 0, SO2: 1, NOx: 2, PM25: 4, PM10: 6, VOCs: 5, NH3: 8, CO: 9, BC: 7,
};

/** A number from the letters of a key, the same on every page and in every session. */
function hash(key: string): number {
  return [...key].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973, 7);
}

/**
 * Slots for the keys of one chart: each its own where there are enough. Known keys first, then each key's own number,
 * then the next free slot; beyond ten keys colours come again, and words tell them apart.
 */
export function assignSlots(keys: readonly string[], slots: number): number[] {
  const given = new Map<string, number>();
  const taken = new Set<number>();
  const give = (key: string, wanted: number) => {
    let slot = wanted % slots;
    for (let tries = 0; taken.has(slot) && tries < slots; tries += 1) slot = (slot + 1) % slots;
    taken.add(slot);
    given.set(key, slot);
  };
  const distinct = [...new Set(keys)];
  for (const key of distinct) if (key in KNOWN_SLOTS) give(key, KNOWN_SLOTS[key] ?? 0);
  // Short lists without known keys start at the palette's first colours, which are farthest apart.
  const rest = distinct.filter((key) => !given.has(key));
  for (const [index, key] of rest.entries()) give(key, distinct.length === rest.length ? index : hash(key));
  return keys.map((key) => given.get(key) ?? 0);
}

export function assignColours(keys: readonly string[], theme: Theme): string[] {
  return assignSlots(keys, theme.series.length).map((slot) => theme.series[slot] ?? theme.accent);
}
