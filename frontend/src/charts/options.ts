/** Chart JSON → ECharts options. Pure: the theme and the view come in, options go out. */
import type { EChartsCoreOption } from "echarts/core";
import { inkOn } from "../../contrast.mjs";
import { formatNumber, formatShare } from "../lib/format";
import { say } from "../lib/text";
import { axisOptions } from "./axis";
import { spread, linearBreaks, logBreaks } from "../lib/breaks";
import { curveOptions } from "./curve";
import { planeOptions } from "./plane";
import { sizeOf, type BarView, type ChartSpec, type HeatSpec, type SankeySpec, type TreeNode, type TreeSpec } from "./spec";
import { assignColours, type Theme } from "./theme";
import { tipContent } from "./tip";
import { waterfallOptions } from "./waterfall";

/** Room under a heat map for column names that stand upright. */
const LONGEST_UPRIGHT = 96;
/** Space for a printed value in a cell of a heat map. */
const CELL_WIDTH_FOR_TEXT = 46;

export interface Frame {
  width: number;
  height: number;
}

/** Options for any chart; every drawn datum carries its provenance cell as `cell`. */
export function chartOptions(spec: ChartSpec, theme: Theme, view: BarView, frame: Frame): EChartsCoreOption {
  const common = {
    animation: !theme.isStill,
    animationDuration: 300,
    textStyle: { fontFamily: theme.font, color: theme.ink2 },
    backgroundColor: "transparent",
  };
  switch (spec.type) {
    case "heatmap":
      return { ...common, ...heatOptions(spec, theme, frame) };
    case "treemap":
    case "sunburst":
      return { ...common, ...treeOptions(spec, theme) };
    case "sankey":
      return { ...common, ...sankeyOptions(spec, theme, frame) };
    case "plane":
      return { ...common, ...planeOptions(spec, theme, frame.width) };
    case "curve":
      return { ...common, ...curveOptions(spec, theme) };
    case "waterfall":
      return { ...common, ...waterfallOptions(spec, theme, frame) };
    default:
      return { ...common, ...axisOptions(spec, theme, view, frame) };
  }
}

/** A tooltip without ECharts' own box: ours is styled by the style sheet. */
export function bareTooltip(formatter: (parameters: never) => HTMLElement | string): object {
  return {
    confine: true, padding: 0, borderWidth: 0, backgroundColor: "transparent", extraCssText: "box-shadow:none", transitionDuration: 0,
    formatter,
  };
}

function hintFor(cell: unknown): string | null {
  return cell ? say("opensSource") : null;
}

interface Datum {
  value: unknown;
  cell?: string | null;
  name?: string;
}

/** The values themselves, where they are a few whole numbers such as ranks: each is then a class of its own. */
function fewWhole(values: readonly number[], most: number): number[] | null {
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  return distinct.length > 1 && distinct.length <= most && distinct.every(Number.isInteger) ? distinct : null;
}

function heatOptions(spec: HeatSpec, theme: Theme, frame: Frame): EChartsCoreOption {
  const numbers = spec.values.flat().filter((value): value is number => value !== null);
  const ranks = fewWhole(numbers, theme.seq.length);
  const limits = ranks ? ranks.slice(1) : (spec.scale === "linear" ? linearBreaks : logBreaks)(numbers, theme.seq.length);
  const colours = spread(theme.seq, limits.length + 1);
  const left = Math.min(180, 16 + 13 * Math.max(...spec.rows.map(({ name }) => textWidth(name))));
  const cellWidth = (frame.width - left) / spec.columns.length;
  const withText = cellWidth > CELL_WIDTH_FOR_TEXT;
  const longest = 12 * Math.max(...spec.columns.map(({ name }) => textWidth(name)));
  const isUpright = longest > cellWidth;
  const below = isUpright ? Math.min(LONGEST_UPRIGHT, longest) : 14;
  const pieces = colours.map((color, i) => ({
    color,
    ...(i > 0 ? { gte: limits[i - 1] } : {}),
    ...(i < limits.length ? { lt: limits[i] } : {}),
    label: ranks ? formatNumber(ranks[i]) : i === 0 ? `< ${formatNumber(limits[0])}` : `≥ ${formatNumber(limits[i - 1])}`,
  }));
  const axis = { type: "category", axisLine: { lineStyle: { color: theme.lineStrong } }, axisTick: { show: false }, splitArea: { show: false } };
  const labelOf = (datum: { value: [number, number, number]; }) => formatNumber(datum.value[2], spec.precision);
  const fillOf = (value: number) => colours[limits.filter((limit) => value >= limit).length] ?? theme.surface;
  const drawn: Datum[] = [];
  const keys: Datum[] = [];
  spec.values.forEach((row, r) => row.forEach((value, c) => {
    const cell = spec.cells?.[r]?.[c] ?? null;
    const notation = spec.notations?.[r]?.[c];
    if (value !== null) drawn.push({ value: [c, r, value], cell, ...{ label: { color: inkOn(fillOf(value)) } } });
    else if (notation) keys.push({ value: [c, r], cell, name: notation });
  }));
  return {
    grid: { left, right: 8, top: 4, bottom: below + 44, containLabel: false },
    xAxis: { ...axis, data: spec.columns.map(({ name }) => name), axisLabel: { color: theme.ink2, interval: 0, fontSize: cellWidth < 13 ? 10 : 12, ...(isUpright ? { rotate: 90, width: below, overflow: "truncate" } : {}) } },
    yAxis: { ...axis, inverse: true, data: spec.rows.map(({ name }) => name), axisLabel: { color: theme.ink2, width: left - 12, overflow: "truncate", interval: 0 } },
    visualMap: { type: "piecewise", seriesIndex: 0, dimension: 2, pieces, orient: "horizontal", left: "center", bottom: 0, itemWidth: 14, itemHeight: 10, itemGap: 8, textStyle: { color: theme.ink2, fontSize: 11 } },
    tooltip: bareTooltip(({ data }: { data: Datum & { value: number[] } }) => {
      const [c = 0, r = 0, value] = data.value;
      const shown = value === undefined ? (data.name ?? "—") : `${formatNumber(value, spec.precision)} ${spec.unit}`;
      return tipContent(`${spec.rows[r]?.name} × ${spec.columns[c]?.name}`, [{ colour: value === undefined ? null : fillOf(value), name: say("value"), value: shown }], hintFor(data.cell));
    }),
    series: [
      { type: "heatmap", data: drawn, label: { show: withText, formatter: labelOf, fontSize: 11, fontFamily: theme.figures }, itemStyle: { borderColor: theme.surface, borderWidth: 1 }, emphasis: { itemStyle: { borderColor: theme.ink, borderWidth: 1.5 } } },
      { type: "scatter", data: keys, symbolSize: 1, label: { show: true, position: "inside", formatter: "{b}", color: theme.undetermined, fontSize: 11, fontWeight: 600 } },
    ],
  };
}

/** Width of a label in ems of the CJK face: Latin letters count about half. */
export function textWidth(text: string): number {
  return [...text].reduce((sum, letter) => sum + (letter.codePointAt(0)! > 0x2e80 ? 1 : 0.55), 0);
}

interface DrawnNode {
  name: string;
  value: number;
  cell: string | null;
  itemStyle?: { color: string };
  label?: { color: string };
  children?: DrawnNode[];
}

function drawnNode(node: TreeNode, theme: Theme, colour: string): DrawnNode {
  const children = (node.children ?? []).filter((child) => sizeOf(child) > 0).map((child) => drawnNode(child, theme, colour));
  return {
    name: node.name, value: sizeOf(node), cell: node.cell ?? null, itemStyle: { color: colour }, label: { color: inkOn(colour) },
    ...(children.length > 0 ? { children } : {}),
  };
}

function treeOptions(spec: TreeSpec, theme: Theme): EChartsCoreOption {
  const nodes = spec.nodes.filter((node) => sizeOf(node) > 0);
  const total = nodes.reduce((sum, node) => sum + sizeOf(node), 0);
  const colours = assignColours(nodes.map(({ key }) => key), theme);
  const data = nodes.map((node, i) => drawnNode(node, theme, colours[i] ?? theme.accent));
  const tooltip = bareTooltip((info: { name: string; value: number; color: string; data: DrawnNode; treePathInfo?: { name: string }[] }) =>
    tipContent(
      (info.treePathInfo ?? []).map(({ name }) => name).filter(Boolean).join(" › ") || info.name,
      [{ colour: info.color, name: say("value"), value: `${formatNumber(info.value, spec.precision)} ${spec.unit}` }, { colour: null, name: say("share"), value: formatShare(info.value / total) }],
      hintFor(info.data?.cell),
    ));
  const border = { borderColor: theme.surface };
  if (spec.type === "sunburst") {
    return { tooltip, series: [{ type: "sunburst", data, radius: ["18%", "94%"], sort: "desc", itemStyle: { ...border, borderWidth: 1 }, label: { minAngle: 12, fontSize: 11 }, levels: [{}, {}, { itemStyle: { opacity: 0.82 } }, { itemStyle: { opacity: 0.66 } }] }] };
  }
  return {
    tooltip,
    series: [{
      type: "treemap", name: spec.title, data, left: 0, right: 0, top: 0, bottom: 26, roam: false, nodeClick: false,
      breadcrumb: { bottom: 0, height: 20, itemStyle: { color: theme.line, textStyle: { color: theme.ink } } },
      label: { formatter: "{b}", fontSize: 12, overflow: "truncate" },
      upperLabel: { show: true, height: 20, fontSize: 12, fontWeight: 600, color: theme.ink, textBorderWidth: 0 },
      itemStyle: { ...border, borderWidth: 1, gapWidth: 1 },
      levels: [{ itemStyle: { gapWidth: 3, borderWidth: 0 }, upperLabel: { show: false } }, { itemStyle: { gapWidth: 1 }, colorAlpha: [1, 0.75] }, { colorAlpha: [0.95, 0.6] }],
    }],
  };
}

/** Processes are grey, so that the fuels that run through them keep their colours. */
function isNeutral(key: string): boolean {
  return key.startsWith("process:");
}

function sankeyOptions(spec: SankeySpec, theme: Theme, frame: Frame): EChartsCoreOption {
  const names = new Map(spec.nodes.map(({ key, name }) => [key, name]));
  const coloured = spec.nodes.map(({ key }) => key).filter((key) => !isNeutral(key));
  const byKey = new Map(assignColours(coloured, theme).map((colour, i) => [coloured[i], colour]));
  const sources = new Set(spec.links.map(({ source }) => source));
  const ends = spec.nodes.filter(({ key }) => !sources.has(key));
  const right = Math.min(frame.width / 3, 16 + 12.5 * Math.max(1, ...ends.map(({ name }) => textWidth(name))));
  return {
    tooltip: bareTooltip((info: { dataType: string; name: string; value: number; color: string; data: { source?: string; target?: string; cell?: string | null } }) => {
      const title = info.dataType === "edge" ? `${names.get(info.data.source ?? "")} → ${names.get(info.data.target ?? "")}` : (names.get(info.name) ?? info.name);
      return tipContent(title, [{ colour: info.dataType === "edge" ? null : info.color, name: say("value"), value: `${formatNumber(info.value, spec.precision)} ${spec.unit}` }], hintFor(info.data.cell));
    }),
    series: [{
      type: "sankey", left: 4, right, top: 6, bottom: 6, nodeWidth: 12, nodeGap: 9, draggable: false, layoutIterations: 64,
      emphasis: { focus: "adjacency" },
      data: spec.nodes.map(({ key }) => ({ name: key, itemStyle: { color: byKey.get(key) ?? theme.ink3, borderWidth: 0 } })),
      links: spec.links,
      label: { color: theme.ink, fontSize: 12, formatter: ({ name }: { name: string }) => names.get(name) ?? name },
      labelLayout: { hideOverlap: true },
      lineStyle: { color: "source", opacity: 0.32, curveness: 0.5 },
    }],
  };
}
