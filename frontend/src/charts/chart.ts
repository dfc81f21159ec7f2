/** Sets up a `data-chart` figure: draws it, redraws it for theme and size, and gives its table and files. */
import { BarChart, CustomChart, HeatmapChart, LineChart, SankeyChart, ScatterChart, SunburstChart, TreemapChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent, VisualMapPiecewiseComponent } from "echarts/components";
import { init, use, type EChartsType } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";
import { canExplain, explain } from "../drawer";
import { element, icon, inlineJson, saveFile } from "../lib/dom";
import { formatNumber } from "../lib/format";
import { getJson } from "../lib/http";
import { say } from "../lib/text";
import { toolButton } from "../shell";
import { chartOptions } from "./options";
import { chartRows, csvText } from "./rows";
import { hasData, type BarView, type ChartSpec } from "./spec";
import { readTheme } from "./theme";

use([
  BarChart, CustomChart, LineChart, HeatmapChart, TreemapChart, SunburstChart, SankeyChart, ScatterChart, GridComponent, LegendComponent,
  TooltipComponent, MarkAreaComponent, MarkLineComponent, VisualMapPiecewiseComponent, AriaComponent, LabelLayout, CanvasRenderer, SVGRenderer,
]);

const ROW_HEIGHT = 26;
/** Width in pixels of the text area of an upright A4 page with our margins. */
const PAPER_WIDTH = 680;
/** Nodes stand in several columns, so that each needs less than a row. */
const SANKEY_ROW_HEIGHT = 15;
/** From so many nodes on a flow diagram needs a desk's width for its columns. */
const MANY_NODES = 12;
const SANKEY_WIDTH = 820;
/** Narrower columns could not be named; the chart scrolls sideways instead. */
const HEAT_COLUMN_WIDTH = 16;
const PNG_SCALE = 2;

interface State {
  host: HTMLElement;
  spec: ChartSpec;
  view: BarView;
  canvas: HTMLElement;
  chart: EChartsType;
}

/** Entry point, once per figure. */
export async function setChart(host: HTMLElement): Promise<void> {
  const source = host.dataset["src"];
  try {
    const spec = source ? await getJson<ChartSpec>(source) : inlineJson<ChartSpec>(host);
    if (!spec) return;
    if (hasData(spec)) listen(host, draw(host, spec));
    else showState(host, say("noData"));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    showState(host, error.message);
  }
}

function showState(host: HTMLElement, text: string): void {
  if (!host.querySelector(".chart__fallback")) host.append(element("p", { class: "chart__state" }, text));
}

function draw(host: HTMLElement, spec: ChartSpec): State {
  const start = host.dataset["view"] as BarView | undefined;
  const view = start ?? (spec.type === "bar" && spec.stacked !== false ? "stacked" : "grouped");
  const canvas = element("div", { class: "chart__canvas", role: "img", tabindex: 0, "aria-label": describe(spec) });
  const height = neededHeight(spec);
  if (height > 0) canvas.style.minHeight = `${height}px`;
  const width = neededWidth(spec);
  if (width > 0) canvas.style.minWidth = `${width}px`;
  host.classList.add("is-drawn");
  const head = headOf(host, spec);
  const scroll = element("div", { class: "chart__scroll" }, canvas);
  head.after(scroll, tableOf(spec));
  if (spec.note) {
    const note = element("p", { class: "chart__note" }, spec.note);
    const source = host.querySelector(":scope > .chart__source");
    if (source) source.before(note);
    else host.append(note);
  }
  const chart = init(canvas, null, { renderer: "canvas" });
  const state: State = { host, spec, view, canvas, chart };
  paint(state);
  head.querySelector(".chart__tools")?.append(...toolsOf(state));
  return state;
}

/** Height in pixels that the rows of a chart need to stay legible; 0 where the style sheet's height will do. */
function neededHeight(spec: ChartSpec): number {
  if (spec.type === "bar" && spec.orientation !== "vertical") return spec.categories.length * ROW_HEIGHT + 70;
  if (spec.type === "heatmap") return spec.rows.length * ROW_HEIGHT + 140;
  if (spec.type === "sankey") return spec.nodes.length * SANKEY_ROW_HEIGHT;
  return 0;
}

/** Width that the columns need; a narrower window scrolls the chart sideways. */
function neededWidth(spec: ChartSpec): number {
  if (spec.type === "heatmap") return spec.columns.length * HEAT_COLUMN_WIDTH + 160;
  if (spec.type === "sankey" && spec.nodes.length > MANY_NODES) return SANKEY_WIDTH;
  return 0;
}

function paint(state: State): void {
  const frame = { width: state.canvas.clientWidth || 600, height: state.canvas.clientHeight || 320 };
  state.chart.setOption(chartOptions(state.spec, readTheme(), state.view, frame), { notMerge: true });
}

/* ---- head, tools, table ---- */

function headOf(host: HTMLElement, spec: ChartSpec): HTMLElement {
  const given = host.querySelector<HTMLElement>(":scope > .chart__title");
  const title = given ?? element("figcaption", { class: "chart__title" }, spec.title);
  if (!title.querySelector(".chart__unit")) title.append(element("span", { class: "chart__unit" }, spec.unit));
  const head = element("div", { class: "chart__head" });
  if (given) {
    // The caption stays the figure's child for those who read it; the head stands in its place.
    given.replaceWith(head);
  } else {
    host.prepend(head);
  }
  head.append(title, element("div", { class: "chart__tools no-print" }));
  return head;
}

function toolsOf(state: State): HTMLElement[] {
  const { host } = state;
  const table = toolButton("table", say("table"), () => {
    const shows = host.classList.toggle("shows-table");
    table.setAttribute("aria-pressed", String(shows));
    if (!shows) state.chart.resize();
  });
  const menu = element("details", { class: "menu" },
    element("summary", { class: "icon-button button--small", title: say("download"), "aria-label": say("download") }, icon("download")));
  const panel = element("div", { class: "menu__panel" });
  for (const [name, act] of [["PNG", savePng], ["SVG", saveSvg], ["CSV", saveCsv]] as const) {
    const item = element("button", { class: "menu__item", type: "button" }, name);
    item.addEventListener("click", () => {
      act(state);
      menu.open = false;
    });
    panel.append(item);
  }
  menu.append(panel);
  return [...(isStackable(state.spec) ? [viewSwitch(state)] : []), table, menu];
}

/** Bars to both sides of zero have one view: a share of them means nothing. */
function isStackable(spec: ChartSpec): boolean {
  return spec.type === "bar" && spec.series.length > 1 && spec.stacked !== false && !spec.series.some(({ values }) => values.some((value) => (value ?? 0) < 0));
}

function viewSwitch(state: State): HTMLElement {
  const group = element("fieldset", { class: "segmented" });
  const name = `view-${Math.random().toString(36).slice(2)}`;
  for (const view of ["stacked", "grouped", "share"] as const) {
    const id = `${name}-${view}`;
    const radio = element("input", { type: "radio", name, id, value: view, checked: view === state.view });
    radio.addEventListener("change", () => {
      state.view = view;
      paint(state);
    });
    // The page's forms must not take this for one of their fields.
    radio.addEventListener("input", (event) => event.stopPropagation());
    group.append(radio, element("label", { for: id }, say(view)));
  }
  return group;
}

function tableOf(spec: ChartSpec): HTMLElement {
  const [head = [], ...body] = chartRows(spec);
  const table = element("table", { class: "table table--compact" }, element("caption", { class: "visually-hidden" }, spec.title));
  const headRow = element("tr");
  headRow.append(...head.map((cell, i) => element("th", { scope: "col", class: i > 0 ? "num" : null }, String(cell ?? ""))));
  table.append(element("thead", {}, headRow));
  const rows = element("tbody");
  for (const row of body) {
    const line = element("tr");
    line.append(...row.map((cell, i) => (i === 0 ? element("th", { scope: "row" }, String(cell ?? "")) : element("td", { class: "num" }, typeof cell === "number" ? formatNumber(cell, spec.precision) : (cell ?? "—")))));
    rows.append(line);
  }
  table.append(rows);
  return element("div", { class: "chart__table" }, element("div", { class: "table-scroll", tabindex: 0, role: "region", "aria-label": spec.title }, table));
}

/** One sentence for those who hear the chart: what it is and its largest value; the table says the rest. */
function describe(spec: ChartSpec): string {
  const rows = chartRows(spec).slice(1);
  const values = rows.flatMap((row) => row.slice(1).filter((cell): cell is number => typeof cell === "number"));
  const largest = values.length > 0 ? Math.max(...values) : null;
  const where = rows.find((row) => row.includes(largest))?.[0];
  return `${spec.title} (${spec.unit}). ${say("rows", { n: rows.length })}. ${where ?? ""} ${formatNumber(largest, spec.precision)}`;
}

/* ---- files ---- */

function fileName(spec: ChartSpec, ending: string): string {
  return `${spec.title.replace(/[\\/:*?"<>|\s]+/g, "_")}.${ending}`;
}

function savePng({ chart, spec }: State): void {
  const background = readTheme().surface;
  const url = chart.getDataURL({ type: "png", pixelRatio: PNG_SCALE, backgroundColor: background });
  const bytes = Uint8Array.from(atob(url.slice(url.indexOf(",") + 1)), (letter) => letter.charCodeAt(0));
  saveFile(fileName(spec, "png"), new Blob([bytes], { type: "image/png" }));
}

function saveSvg({ canvas, spec, view }: State): void {
  const frame = { width: canvas.clientWidth || 900, height: canvas.clientHeight || 480 };
  const still = init(null, null, { renderer: "svg", ssr: true, ...frame });
  still.setOption(chartOptions(spec, { ...readTheme(), isStill: true }, view, frame));
  saveFile(fileName(spec, "svg"), new Blob([still.renderToSVGString()], { type: "image/svg+xml" }));
  still.dispose();
}

function saveCsv({ spec }: State): void {
  saveFile(fileName(spec, "csv"), new Blob([csvText(chartRows(spec))], { type: "text/csv;charset=utf-8" }));
}

/* ---- events ---- */

/** The page that a point of a plane leads to. */
function urlOf(data: unknown): string | null {
  const point = data && typeof data === "object" && "point" in data ? data.point : null;
  return point && typeof point === "object" && "url" in point && typeof point.url === "string" ? point.url : null;
}

function cellOf(data: unknown): string | null {
  return data && typeof data === "object" && "cell" in data && typeof data.cell === "string" ? data.cell : null;
}

function listen(host: HTMLElement, state: State): void {
  const { chart, canvas } = state;
  const stop = new AbortController();
  const sizes = new ResizeObserver(() => {
    if (canvas.clientWidth === 0) return;
    chart.resize();
    paint(state);
  });
  sizes.observe(host);
  const end = () => {
    sizes.disconnect();
    stop.abort();
    chart.dispose();
  };
  document.addEventListener("cocontrol:theme", () => {
    if (!host.isConnected) return end();
    const isPrinting = document.documentElement.hasAttribute("data-printing");
    chart.resize(isPrinting ? { width: Math.min(canvas.clientWidth, PAPER_WIDTH) } : { width: "auto" });
    paint(state);
  }, { signal: stop.signal });
  chart.on("click", ({ data }) => open(data, canvas));
  setKeyboard(state);
}

/** The page of a point, else the provenance of a cell. */
function open(data: unknown, canvas: HTMLElement): void {
  const url = urlOf(data);
  if (url) return location.assign(url);
  const cell = cellOf(data);
  if (cell && canExplain(canvas)) void explain(cell, canvas);
}

/** Arrows walk through the marks and show their values, Enter opens the provenance of the one shown. */
function setKeyboard({ chart, canvas }: State): void {
  let series = 0;
  let index = -1;
  const spoken = element("p", { class: "visually-hidden", role: "status" });
  canvas.after(spoken);
  canvas.addEventListener("keydown", (event) => {
    const all = (chart.getOption()["series"] ?? []) as { data?: unknown[] }[];
    const count = all[series]?.data?.length ?? 0;
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") index = (index + (event.key === "ArrowRight" ? 1 : -1) + count) % Math.max(1, count);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") series = (series + (event.key === "ArrowDown" ? 1 : -1) + all.length) % Math.max(1, all.length);
    else if (event.key === "Enter") return open(all[series]?.data?.[index], canvas);
    else return;
    event.preventDefault();
    index = Math.max(0, index);
    chart.dispatchAction({ type: "downplay" });
    chart.dispatchAction({ type: "highlight", seriesIndex: series, dataIndex: index });
    chart.dispatchAction({ type: "showTip", seriesIndex: series, dataIndex: index });
    requestAnimationFrame(() => {
      spoken.textContent = canvas.querySelector<HTMLElement>(".chart-tip")?.innerText ?? "";
    });
  });
  canvas.addEventListener("blur", () => chart.dispatchAction({ type: "hideTip" }));
}
