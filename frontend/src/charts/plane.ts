/** A plane of points around a cross: measures by what they do to pollutants (x) and to greenhouse gases (y). */
import type { EChartsCoreOption } from "echarts/core";
import { formatAxis, formatNumber } from "../lib/format";
import { language } from "../lib/text";
import { bareTooltip } from "./options";
import type { PlaneSpec, PlanePoint } from "./spec";
import type { Theme } from "./theme";
import { tipContent } from "./tip";

/** Longer words stand under their name instead of beside it. */
const LONG_FACT = 20;

/** In a narrower drawing a quadrant shows its number alone; the list below the chart names it. */
const NAMED_WIDTH = 560;

/** Corners of each quadrant as signs of x and y, and how its name stands in the outer one. */
const QUADRANTS: Record<string, { x: 1 | -1; y: 1 | -1; label: string }> = {
  I: { x: 1, y: 1, label: "insideTopRight" },
  II: { x: -1, y: 1, label: "insideTopLeft" },
  III: { x: -1, y: -1, label: "insideBottomLeft" },
  IV: { x: 1, y: -1, label: "insideBottomRight" },
};

/** With more points than this only those that are pointed at are named. */
const MOST_NAMES = 60;

/** Signed square root: a measure a hundred times smaller than the largest still leaves the cross. */
const bend = (spec: PlaneSpec, value: number) => (spec.scale === "root" ? Math.sign(value) * Math.sqrt(Math.abs(value)) : value);
const unbend = (spec: PlaneSpec, value: number) => (spec.scale === "root" ? Math.sign(value) * value * value : value);

export function planeOptions(spec: PlaneSpec, theme: Theme, width: number): EChartsCoreOption {
  const groups = [...new Set(spec.points.map(({ group }) => group))];
  const tints = tintsOf(theme);
  const colours = groups.map((group) => tints[group] ?? theme.accent);
  const limits = (values: number[]) => {
    const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
    const room = 0.12 * Math.max(high - low, 1e-9);
    return { min: low < 0 ? low - room : -room / 2, max: high + room };
  };
  const axis = (side: PlaneSpec["x"], values: number[]) => ({
    type: "value", ...limits(values), splitNumber: 4, name: `${side.name} (${side.unit})`, nameLocation: "middle", nameTextStyle: { color: theme.ink2, fontSize: 12 },
    axisLine: { show: true, onZero: true, lineStyle: { color: theme.ink3, width: 1.5 } }, axisTick: { show: false }, splitLine: { lineStyle: { color: theme.line } },
    axisLabel: { color: theme.ink3, fontSize: 11, fontFamily: theme.figures, hideOverlap: true, showMinLabel: false, showMaxLabel: false, formatter: (value: number) => formatAxis(unbend(spec, value), language()) },
  });
  const [xs, ys] = [spec.points.map(({ x }) => bend(spec, x)), spec.points.map(({ y }) => bend(spec, y))];
  const quadrants = areas(spec, theme, limits(xs), limits(ys), width >= NAMED_WIDTH);
  return {
    grid: { left: 30, right: 16, top: 30, bottom: 30, containLabel: true },
    legend: { show: groups.length > 1, top: 0, left: 0, itemWidth: 10, itemHeight: 10, itemGap: 14, icon: "circle", textStyle: { color: theme.ink2, fontSize: 12 }, inactiveColor: theme.lineStrong, type: "scroll", pageTextStyle: { color: theme.ink2 }, pageIconColor: theme.accent },
    tooltip: { trigger: "item", ...bareTooltip(({ data, color }: { data: { point: PlanePoint }; color: string }) => tip(spec, data.point, color)) },
    xAxis: { ...axis(spec.x, xs), nameGap: 26, axisLabel: { ...axis(spec.x, xs).axisLabel }, axisLine: { ...axis(spec.x, xs).axisLine } },
    yAxis: { ...axis(spec.y, ys), nameGap: 44 },
    series: groups.map((group, i) => ({
      type: "scatter", name: spec.points.find((point) => point.group === group)?.group_name ?? group, symbolSize: 12, itemStyle: { color: colours[i], borderColor: theme.surface, borderWidth: 1 },
      data: spec.points.filter((point) => point.group === group).map((point) => ({ value: [bend(spec, point.x), bend(spec, point.y)], point, label: { position: isFarRight(bend(spec, point.x), limits(xs)) ? "left" : "right" } })),
      label: { show: spec.points.length <= MOST_NAMES, position: "right", color: theme.ink, fontSize: 11, formatter: ({ data }: { data: { point: PlanePoint } }) => data.point.name },
      labelLayout: { hideOverlap: true },
      emphasis: { label: { show: true }, scale: 1.4 },
      ...(i === 0 ? { markLine: { symbol: "none", silent: true, label: { show: false }, lineStyle: { color: theme.ink3, width: 1.5, type: "solid" }, data: [{ xAxis: 0 }, { yAxis: 0 }] }, ...(quadrants ? { markArea: quadrants } : {}) } : {}),
    })),
  };
}

/** Whether a name to the right of the point would leave the drawing. */
const isFarRight = (x: number, { min, max }: Limits) => (x - min) / (max - min) > 0.7;

interface Limits {
  min: number;
  max: number;
}

/** One colour for a quadrant and its points; grey for those on an axis. */
function tintsOf(theme: Theme): Record<string, string> {
  return { I: theme.ok, II: theme.undetermined, III: theme.bad, IV: theme.warn, axis: theme.ink3 };
}

/** The quadrants as tinted areas that end at the cross; null where the spec names none. */
function areas(spec: PlaneSpec, theme: Theme, xs: Limits, ys: Limits, isNamed: boolean): object | null {
  if (!spec.quadrants || spec.points.length === 0) return null;
  const tints = tintsOf(theme);
  const data = spec.quadrants.flatMap(({ key, name }) => {
    const corner = QUADRANTS[key];
    if (!corner) return [];
    const far = (sign: 1 | -1, { min, max }: Limits) => (sign > 0 ? max : min);
    const style = { itemStyle: { color: tints[key], opacity: 0.09 }, label: { show: true, position: corner.label, color: tints[key], fontSize: 12, fontWeight: 600, formatter: isNamed ? `${key} ${name}` : key } };
    return [[{ xAxis: 0, yAxis: 0, ...style }, { xAxis: far(corner.x, xs), yAxis: far(corner.y, ys) }]];
  });
  return { silent: true, data };
}

function tip(spec: PlaneSpec, point: PlanePoint, colour: string): HTMLElement {
  const rows = [
    { colour, name: point.group_name ?? point.group, value: "" },
    { colour: null, name: spec.x.name, value: `${formatNumber(point.x, spec.precision)} ${spec.x.unit}` },
    { colour: null, name: spec.y.name, value: `${formatNumber(point.y, spec.precision)} ${spec.y.unit}` },
    ...(point.facts ?? []).map(([name, value]) => (value.length > LONG_FACT ? { colour: null, name: `${name}: ${value}`, value: "" } : { colour: null, name, value })),
  ];
  return tipContent(point.name, rows, null);
}
