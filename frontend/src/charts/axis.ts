/** Bars, lines and areas. */
import type { EChartsCoreOption } from "echarts/core";
import { formatAxis, formatNumber, formatShare } from "../lib/format";
import { language, say } from "../lib/text";
import { bareTooltip, textWidth, type Frame } from "./options";
import type { AxisSpec, BarView, Series } from "./spec";
import { assignColours, type Theme } from "./theme";
import { tipContent } from "./tip";

const LEGEND_ROW_HEIGHT = 21;
/** Icon and gaps of one legend entry. */
const LEGEND_ITEM_EXTRA = 36;
/** A longer legend is paged, so that it leaves room for the chart. */
const MOST_LEGEND_ROWS = 4;
const LONGEST_LABEL = 176;
/** Dash and marker patterns repeat after the colours do, so that no two of twenty lines look alike. */
const SYMBOLS = ["circle", "rect", "triangle", "diamond", "emptyCircle"];

interface AxisPoint {
  dataIndex: number;
  seriesIndex: number;
  color: string;
}

export function axisOptions(spec: AxisSpec, theme: Theme, view: BarView, frame: Frame): EChartsCoreOption {
  const isHorizontal = spec.type === "bar" && spec.orientation !== "vertical";
  const categories = categoryAxis(spec, theme, isHorizontal, frame);
  const values = { ...valueAxis(view, theme), ...(spec.max === undefined ? {} : { max: spec.max }) };
  const colours = assignColours(spec.series.map(({ key, name }) => key ?? name), theme);
  const rows = legendRows(spec.series, frame.width);
  return {
    grid: { left: 6, right: isHorizontal ? 24 : 12, top: 12 + Math.min(rows, MOST_LEGEND_ROWS) * LEGEND_ROW_HEIGHT, bottom: 4, containLabel: true },
    legend: rows > 0 ? { type: rows > MOST_LEGEND_ROWS ? "scroll" : "plain", top: 0, left: 0, itemWidth: 14, itemHeight: 9, itemGap: 14, icon: spec.type === "bar" ? "roundRect" : undefined, textStyle: { color: theme.ink2, fontSize: 12 }, pageTextStyle: { color: theme.ink2 }, pageIconColor: theme.accent, inactiveColor: theme.lineStrong } : { show: false },
    tooltip: { trigger: "axis", axisPointer: { type: spec.type === "bar" ? "shadow" : "line", lineStyle: { color: theme.lineStrong }, shadowStyle: { color: theme.line, opacity: 0.35 } }, ...bareTooltip((points: AxisPoint[]) => tip(spec, points, view)) },
    xAxis: withShares(isHorizontal ? values : categories, spec, theme, isHorizontal),
    yAxis: withShares(isHorizontal ? categories : values, spec, theme, !isHorizontal),
    series: [
      ...spec.series.map((series, index) => seriesOptions(spec, series, index, theme, view, colours[index] ?? theme.accent)),
      ...spec.series.flatMap((series, index) => (series.lower && series.upper ? [spec.type === "bar" ? whiskers(series, series.lower, series.upper, theme, isHorizontal) : band(series.lower, series.upper, colours[index] ?? theme.accent)] : [])),
      ...(spec.cumulative ? [cumulativeLine(spec.cumulative, theme, isHorizontal)] : []),
    ],
  };
}

/** Lines that the legend takes when all of it is shown; 0 for a single series, which the title names. */
function legendRows(series: readonly Series[], width: number): number {
  if (series.length < 2) return 0;
  const widths = series.map(({ name }) => 12.5 * textWidth(name) + LEGEND_ITEM_EXTRA);
  let rows = 1;
  let used = 0;
  for (const item of widths) {
    if (used + item > width && used > 0) {
      rows += 1;
      used = 0;
    }
    used += item;
  }
  return rows;
}

function categoryAxis(spec: AxisSpec, theme: Theme, isHorizontal: boolean, frame: Frame): object {
  const widest = 12.5 * Math.max(1, ...spec.categories.map(textWidth));
  const room = isHorizontal ? Math.min(widest + 4, LONGEST_LABEL, frame.width * 0.36) : frame.width / Math.max(1, spec.categories.length);
  const isCrowded = !isHorizontal && widest > room * 1.1;
  return {
    type: "category",
    data: spec.categories,
    inverse: isHorizontal,
    axisLine: { lineStyle: { color: theme.lineStrong } },
    axisTick: { show: false },
    axisLabel: {
      color: theme.ink2, fontSize: 12, hideOverlap: true,
      ...(isHorizontal ? { width: room, overflow: "break", lineHeight: 14, interval: 0 } : {}),
      ...(isCrowded && spec.categories.length <= 12 ? { rotate: 35, interval: 0, width: 110, overflow: "truncate" } : {}),
    },
  };
}

function valueAxis(view: BarView, theme: Theme): object {
  return {
    type: "value",
    ...(view === "share" ? { max: 1 } : {}),
    splitNumber: 4,
    axisLabel: { color: theme.ink3, fontSize: 11, fontFamily: theme.figures, hideOverlap: true, formatter: (value: number) => (view === "share" ? `${Math.round(value * 100)} %` : formatAxis(value, language())) },
    splitLine: { lineStyle: { color: theme.line } },
  };
}

/** An axis of shares beside the values, where the chart cumulates. */
function withShares(axis: object, spec: AxisSpec, theme: Theme, isValueAxis: boolean): object | object[] {
  if (!spec.cumulative || !isValueAxis) return axis;
  return [axis, { ...valueAxis("share", theme), min: 0, interval: 0.25, position: spec.orientation === "vertical" ? "right" : "top", splitLine: { show: false } }];
}

function cumulativeLine(cumulative: NonNullable<AxisSpec["cumulative"]>, theme: Theme, isHorizontal: boolean): object {
  const { name, values, threshold } = cumulative;
  const limit = threshold === undefined ? {} : {
    markLine: {
      symbol: "none", silent: true, lineStyle: { color: theme.bad, type: "dashed", width: 1.5 },
      label: { color: theme.bad, formatter: `${Math.round(threshold * 100)} %`, position: isHorizontal ? "insideMiddleTop" : "insideEndTop", fontSize: 11 },
      data: [{ [isHorizontal ? "xAxis" : "yAxis"]: threshold }],
    },
  };
  return {
    name, type: "line", data: values, symbol: "circle", symbolSize: 6, lineStyle: { width: 2, color: theme.ink2 }, itemStyle: { color: theme.ink2 }, z: 4,
    ...(isHorizontal ? { xAxisIndex: 1 } : { yAxisIndex: 1 }), ...limit,
  };
}

interface WhiskerPlace {
  value: (index: number) => number;
  coord: (point: number[]) => [number, number];
}

/** Lines from the lower to the upper limit with a short stroke at each end, drawn over the bars. */
function whiskers(series: Series, lower: (number | null)[], upper: (number | null)[], theme: Theme, isHorizontal: boolean): object {
  const data = series.values.flatMap((_, i) => (lower[i] == null || upper[i] == null ? [] : [[i, lower[i], upper[i]]]));
  const stroke = { stroke: theme.ink, lineWidth: 1.5, fill: "none" };
  const line = ([x1, y1]: [number, number], [x2, y2]: [number, number]) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: stroke });
  const cap = ([x, y]: [number, number]) => (isHorizontal ? line([x, y - 4], [x, y + 4]) : line([x - 4, y], [x + 4, y]));
  return {
    type: "custom", name: "", silent: true, tooltip: { show: false }, z: 5, data, encode: isHorizontal ? { y: 0, x: [1, 2] } : { x: 0, y: [1, 2] },
    renderItem: (_: unknown, api: WhiskerPlace) => {
      const at = (value: number) => api.coord(isHorizontal ? [value, api.value(0)] : [api.value(0), value]);
      const [from, to] = [at(api.value(1)), at(api.value(2))];
      return { type: "group", children: [line(from, to), cap(from), cap(to)] };
    },
  };
}

/** The area between the limits of a line, behind it; it has no gap where both ends of a step have limits. */
function band(lower: (number | null)[], upper: (number | null)[], colour: string): object {
  const data = lower.flatMap((_, i) => (lower[i] == null || upper[i] == null ? [] : [[i, lower[i], upper[i]]]));
  return {
    type: "custom", name: "", silent: true, tooltip: { show: false }, z: 1, data, encode: { x: 0, y: [1, 2] },
    renderItem: (parameters: { dataIndex: number }, api: WhiskerPlace) => {
      const [here, next] = [data[parameters.dataIndex], data[parameters.dataIndex + 1]];
      if (!here || !next || next[0] !== Number(here[0]) + 1) return null;
      const [i, j] = [Number(here[0]), Number(next[0])];
      const points = [api.coord([i, Number(here[1])]), api.coord([j, Number(next[1])]), api.coord([j, Number(next[2])]), api.coord([i, Number(here[2])])];
      return { type: "polygon", shape: { points }, style: { fill: colour, opacity: 0.2 } };
    },
  };
}

/** Sum of what the series hold at one category; null when none holds a value. */
export function totalAt(series: readonly Series[], index: number): number | null {
  const present = series.map(({ values }) => values[index] ?? null).filter((value): value is number => value !== null);
  return present.length > 0 ? present.reduce((sum, value) => sum + value, 0) : null;
}

function shareAt(spec: AxisSpec, value: number | null, index: number): number | null {
  const total = totalAt(spec.series, index);
  return value === null || !total ? null : value / total;
}

function seriesOptions(spec: AxisSpec, series: Series, index: number, theme: Theme, view: BarView, colour: string): object {
  const isStacked = spec.type === "bar" ? view !== "grouped" && spec.series.length > 1 : spec.type === "area" && spec.stacked !== false;
  const data = series.values.map((value, i) => ({ value: view === "share" ? shareAt(spec, value, i) : value, cell: series.cells?.[i] ?? null }));
  const common = { name: series.name, data, emphasis: { focus: "series" }, ...(isStacked ? { stack: "all" } : {}), ...(index === 0 && spec.reference ? { markLine: referenceLines(spec, theme) } : {}) };
  if (spec.type === "bar") {
    return { ...common, type: "bar", barMaxWidth: 26, barCategoryGap: "32%", itemStyle: { color: colour, borderColor: theme.surface, borderWidth: isStacked ? 0.5 : 0, ...(series.dashed ? { opacity: 0.55, decal: stripes(theme) } : {}) } };
  }
  return {
    ...common, type: "line", connectNulls: false, symbol: SYMBOLS[Math.floor(index / theme.series.length) + (index % 2)] ?? "circle", symbolSize: 5, showSymbol: series.values.length <= 30,
    lineStyle: { width: 2, type: series.dashed ? "dashed" : "solid" }, itemStyle: { color: colour },
    ...(spec.type === "area" ? { areaStyle: { color: colour, opacity: 0.75 } } : {}),
  };
}

function stripes(theme: Theme): object {
  return { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4, color: theme.surface };
}

function referenceLines(spec: AxisSpec, theme: Theme): object {
  const isHorizontal = spec.type === "bar" && spec.orientation !== "vertical";
  return {
    symbol: "none", silent: true, lineStyle: { color: theme.bad, type: "dashed", width: 1.5 },
    label: { color: theme.bad, formatter: "{b}", position: "insideEndTop", fontSize: 11 },
    data: (spec.reference ?? []).map(({ name, value }) => ({ name, [isHorizontal ? "xAxis" : "yAxis"]: value })),
  };
}

function tip(spec: AxisSpec, points: AxisPoint[], view: BarView): HTMLElement {
  const index = points[0]?.dataIndex ?? 0;
  const digits = spec.precision;
  const rows = points.flatMap(({ seriesIndex, color }) => {
    const series = spec.series[seriesIndex];
    const value = series?.values[index] ?? null;
    if (!series || (value === null && spec.series.length > 6)) return [];
    const share = view === "share" ? shareAt(spec, value, index) : null;
    return [{ colour: color, name: series.name, value: formatNumber(value, digits) + (share === null ? "" : ` · ${formatShare(share)}`) }];
  });
  for (const { seriesIndex } of points) {
    const series = spec.series[seriesIndex];
    const [low, high] = [series?.lower?.[index] ?? null, series?.upper?.[index] ?? null];
    if (low !== null && high !== null) rows.push({ colour: "", name: say("interval"), value: `${formatNumber(low, digits)} – ${formatNumber(high, digits)}` });
  }
  const summed = spec.cumulative?.values[index] ?? null;
  if (spec.cumulative && summed !== null) rows.push({ colour: "", name: spec.cumulative.name, value: formatShare(summed) });
  const total = spec.stacked && spec.series.length > 1 ? totalAt(spec.series, index) : null;
  if (total !== null) rows.push({ colour: "", name: say("total"), value: formatNumber(total, digits) });
  const hasCells = spec.series.some(({ cells }) => cells?.[index]);
  return tipContent(`${spec.categories[index]}  (${spec.unit})`, rows, hasCells ? say("opensSource") : null);
}
