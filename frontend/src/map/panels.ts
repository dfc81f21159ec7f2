/** Legend, place finder, and the words about one region or plant. */
import type { Theme } from "../charts/theme";
import { element, icon } from "../lib/dom";
import { formatNumber } from "../lib/format";
import { say } from "../lib/text";
import type { FacilityProperties, MapData, Metric, RegionProperties } from "./data";
import { kindColour, scaleColours, type Shown } from "./style";

const LONGEST_LIST = 40;

function swatch(colour: string): HTMLElement {
  const box = element("span", { class: "map-swatch" });
  box.style.backgroundColor = colour;
  return box;
}

/** The classes of the metric, and what each kind of circle means with how many there are. */
export function legend(data: MapData, shown: Shown, theme: Theme): HTMLElement {
  const box = element("details", { class: "map__legend", open: matchMedia("(min-width: 640px)").matches }, element("summary", {}, say("legend")));
  if (shown.metric) box.append(metricLegend(shown.metric, shown, theme));
  const kinds = new Map<string, { name: string; count: number }>();
  for (const { properties } of data.facilities.features) {
    const known = kinds.get(properties.kind) ?? { name: properties.kind_name ?? properties.kind, count: 0 };
    kinds.set(properties.kind, { ...known, count: known.count + 1 });
  }
  const list = element("ul", { class: "map-scale" });
  for (const [kind, { name, count }] of kinds) {
    if (!shown.kinds.includes(kind)) continue;
    const mark = element("span", { class: "map-kind", "aria-hidden": "true" }, name.slice(0, 1));
    mark.style.backgroundColor = kindColour(kind, theme);
    list.append(element("li", {}, mark, `${name} ${count}`));
  }
  if (list.childElementCount > 0) box.append(list);
  return box;
}

/** "< 5", "5 – 9", "≥ 10": the upper end is written as the last whole number inside where figures are whole. */
export function classWords(low: number | undefined, high: number | undefined, isWhole: boolean): string {
  if (low === undefined) return high === undefined ? "" : `< ${formatNumber(high)}`;
  if (high === undefined) return `≥ ${formatNumber(low)}`;
  const last = isWhole && Number.isInteger(high) ? high - 1 : high;
  return last === low ? formatNumber(low) : `${formatNumber(low)} – ${formatNumber(last)}`;
}

function metricLegend(metric: Metric, shown: Shown, theme: Theme): HTMLElement {
  const list = element("ul", { class: "map-scale" });
  scaleColours(shown, theme).forEach((colour, i) => {
    list.append(element("li", {}, swatch(colour), classWords(shown.limits[i - 1], shown.limits[i], metric.precision === 0)));
  });
  list.append(element("li", {}, element("span", { class: "map-swatch map-swatch--none" }), say("noValue")));
  return element("div", {}, element("div", { class: "strong" }, `${metric.name} (${metric.unit})`), list);
}

function facts(rows: [string, string | null | undefined][]): HTMLElement {
  const list = element("dl", { class: "map-facts" });
  for (const [name, value] of rows) if (value) list.append(element("dt", {}, name), element("dd", {}, value));
  return list;
}

export function regionWords(region: RegionProperties, metrics: Metric[]): HTMLElement {
  const rows = metrics.map(({ key, name, unit, precision }): [string, string] => {
    const value = region[key];
    return [name, typeof value === "number" ? `${formatNumber(value, precision)} ${unit}` : say("noValue")];
  });
  const box = element("div", {}, element("h4", {}, region.name), facts(rows));
  if (region.url) box.append(element("p", {}, element("a", { href: region.url }, say("details"))));
  return box;
}

export function facilityWords(facility: FacilityProperties): HTMLElement {
  const capacity = typeof facility.capacity === "number" ? `${formatNumber(facility.capacity)} ${facility.capacity_unit ?? ""}` : null;
  const box = element("div", {}, element("h4", {}, facility.name));
  if (facility.synthetic) box.append(element("span", { class: "badge badge--synthetic" }, say("synthetic")));
  box.append(facts([
    [say("kind"), facility.kind_name ?? facility.kind], [say("capacity"), capacity], [say("fuel"), facility.fuel_name], [say("status"), facility.status_name],
    [say("commissioned"), facility.commissioned_year ? String(facility.commissioned_year) : null], [say("owner"), facility.owner], [say("source"), facility.source],
  ]));
  if (facility.url) box.append(element("p", {}, element("a", { href: facility.url }, say("details"))));
  return box;
}

export interface Place {
  name: string;
  note: string;
  go: () => void;
}

/** A field that finds regions and plants by name: the way in for those who cannot point. */
export function placeFinder(places: Place[]): HTMLElement {
  const input = element("input", { class: "input", type: "search", placeholder: say("places"), "aria-label": say("places") });
  const list = element("ul", { class: "map-places__list", hidden: true });
  const show = () => {
    const wanted = input.value.trim().toLowerCase();
    const found = wanted ? places.filter(({ name }) => name.toLowerCase().includes(wanted)).slice(0, LONGEST_LIST) : [];
    list.hidden = found.length === 0;
    list.replaceChildren(...found.map((place) => {
      const button = element("button", { type: "button" }, place.name, " ", element("span", { class: "muted" }, place.note));
      button.addEventListener("click", () => {
        list.hidden = true;
        place.go();
      });
      return element("li", {}, button);
    }));
  };
  input.addEventListener("input", show);
  input.addEventListener("focus", show);
  const box = element("div", { class: "map-places no-print" }, input, list);
  box.addEventListener("keydown", (event) => {
    const buttons = [...list.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    if (event.key === "Escape") list.hidden = true;
    else if (event.key === "ArrowDown") buttons[Math.min(at + 1, buttons.length - 1)]?.focus();
    else if (event.key === "ArrowUp") (buttons[at - 1] ?? input).focus();
    else if (event.key === "Enter" && document.activeElement === input) buttons[0]?.click();
    else return;
    event.preventDefault();
  });
  return box;
}

/** A round button of the map's own kind that shows the whole region again. */
export function homeControl(act: () => void): { onAdd: () => HTMLElement; onRemove: () => void } {
  const button = element("button", { type: "button", class: "map-home", title: say("wholeRegion"), "aria-label": say("wholeRegion") }, element("span", { class: "maplibregl-ctrl-icon" }));
  const group = element("div", { class: "maplibregl-ctrl maplibregl-ctrl-group" }, button);
  button.addEventListener("click", act);
  return { onAdd: () => group, onRemove: () => group.remove() };
}

/** What stands in place of the map where it cannot be drawn. */
export function cannotDraw(): HTMLElement {
  return element("div", { class: "callout callout--warn" }, icon("warn"), element("p", {}, say("noWebgl")));
}
