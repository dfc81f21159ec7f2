import assert from "node:assert/strict";
import { test } from "node:test";
import { inkOn } from "../contrast.mjs";
import { load, pretendPage } from "./load.mjs";

pretendPage();
const { chartRows, csvText } = await load("charts/rows.ts");
const { chartOptions } = await load("charts/options.ts");
const { totalAt } = await load("charts/axis.ts");
const { assignSlots } = await load("charts/theme.ts");
const { hasData } = await load("charts/spec.ts");
const { boundsOf, boundsOfRegion, centroid, labelPoints } = await load("map/data.ts");
const { mapStyle } = await load("map/style.ts");
const { classWords } = await load("map/panels.ts");
const { limitsOf } = await load("map/limits.ts");

const theme = {
  ink: "#111111", ink2: "#222222", ink3: "#333333", line: "#dddddd", lineStrong: "#bbbbbb", surface: "#ffffff", raised: "#ffffff", accent: "#00627a", mapGround: "#d9e0e2",
  bad: "#aa0000", undetermined: "#5e4f79", series: Array.from({ length: 10 }, (_, i) => `#0000${i}0`), seq: Array.from({ length: 9 }, (_, i) => `#00${i}000`), font: "sans-serif", figures: "sans-serif", isStill: true,
};
const frame = { width: 800, height: 320 };
const bars = {
  type: "bar", title: "t", unit: "t", stacked: true, categories: ["a", "b"],
  series: [{ key: "raw_coal", name: "原煤", values: [3, null], cells: ["CO2@x", null] }, { key: "diesel", name: "柴油", values: [1, null] }],
};
const heat = { type: "heatmap", title: "t", unit: "t", rows: [{ key: "r", name: "r" }], columns: [{ key: "c", name: "c" }, { key: "d", name: "d" }], values: [[5, null]], cells: [["CO2@r", null]], notations: [[null, "NE"]] };

test("a missing value stays missing in the drawing, in its total and in its share", () => {
  const [first] = chartOptions(bars, theme, "share", frame).series;
  assert.deepEqual(first.data.map(({ value }) => value), [0.75, null]);
  assert.equal(totalAt(bars.series, 1), null);
  assert.equal(totalAt(bars.series, 0), 4);
});

test("every drawn datum carries its provenance cell", () => {
  assert.equal(chartOptions(bars, theme, "stacked", frame).series[0].data[0].cell, "CO2@x");
  assert.equal(chartOptions(heat, theme, "grouped", frame).series[0].data[0].cell, "CO2@r");
});

test("bars are stacked, side by side, or neither when there is one series", () => {
  assert.equal(chartOptions(bars, theme, "stacked", frame).series[0].stack, "all");
  assert.equal(chartOptions(bars, theme, "grouped", frame).series[0].stack, undefined);
  assert.equal(chartOptions({ ...bars, series: bars.series.slice(0, 1) }, theme, "stacked", frame).legend.show, false);
});

test("whiskers are drawn only where both limits are known, and stand in the table", () => {
  const spec = { ...bars, stacked: false, series: [{ ...bars.series[0], values: [3, 2], lower: [2, null], upper: [5, null] }] };
  const whiskers = chartOptions(spec, theme, "grouped", frame).series.find(({ type }) => type === "custom");
  assert.deepEqual(whiskers.data, [[0, 2, 5]]);
  assert.deepEqual(chartRows(spec)[1].slice(1), [3, 2, 5]);
  assert.deepEqual(chartRows(spec)[2].slice(1), [2, null, null]);
});

test("cumulated shares have an axis of their own with the threshold on it", () => {
  const spec = { ...bars, stacked: false, series: bars.series.slice(0, 1), cumulative: { name: "累计", values: [0.9, 1], threshold: 0.95 } };
  const { xAxis, series } = chartOptions(spec, theme, "grouped", frame);
  assert.equal(xAxis.length, 2);
  const line = series.find(({ type }) => type === "line");
  assert.equal(line.xAxisIndex, 1);
  assert.deepEqual(line.markLine.data, [{ xAxis: 0.95 }]);
  assert.deepEqual(chartRows(spec)[0].slice(-1), ["累计"]);
});

test("the classes of a grid part equal cells from few large sources", () => {
  const feature = (s0) => ({ properties: { s0 } });
  const limits = limitsOf({ features: [...Array.from({ length: 300 }, (_, i) => feature(i < 20 ? 0.2 : 1)), feature(5000)] }, 1);
  assert.ok(limits.includes(1) && limits.some((limit) => limit >= 100));
  assert.deepEqual(limits, [...limits].sort((a, b) => a - b));
});

test("a notation key is written in its cell and is not a number", () => {
  const { series } = chartOptions(heat, theme, "grouped", frame);
  assert.deepEqual(series[1].data.map(({ name, value }) => [name, value]), [["NE", [1, 0]]]);
  assert.deepEqual(chartRows(heat), [["", "c", "d"], ["r", 5, "NE"]]);
});

test("the file keeps full precision, leaves missing values empty and holds no formula", () => {
  const text = csvText([["名称", "值"], ["=SUM(A1)", null], ['a,"b"', 0.1 + 0.2], ["x", -5]]);
  assert.equal(text, '\ufeff名称,值\r\n\'=SUM(A1),\r\n"a,""b""",0.30000000000000004\r\nx,-5\r\n');
});

test("a key has the same colour in every chart, and ten keys have ten colours", () => {
  const [coal] = assignSlots(["raw_coal", "x1"], 10);
  assert.equal(assignSlots(["x2", "diesel", "raw_coal"], 10)[2], coal);
  const many = assignSlots(["raw_coal", "coke", "diesel", "a", "b", "c", "d", "e", "f", "g"], 10);
  assert.equal(new Set(many).size, 10);
  assert.equal(assignSlots(Array.from({ length: 12 }, (_, i) => `k${i}`), 10).length, 12);
});

test("charts without any number are told apart from charts of zeros", () => {
  assert.equal(hasData({ ...bars, series: [{ name: "x", values: [null] }] }), false);
  assert.equal(hasData({ ...bars, series: [{ name: "x", values: [0] }] }), true);
});

test("ink on a fill is the more readable one", () => {
  assert.equal(inkOn("#ffffff"), "#020c12");
  assert.equal(inkOn("#0a2030"), "#ffffff");
});

const square = (x, y, properties) => ({ type: "Feature", properties: { level: "county", parent: "410000", name: "n", ...properties }, geometry: { type: "Polygon", coordinates: [[[x, y], [x + 2, y], [x + 2, y + 2], [x, y + 2], [x, y]]] } });
const layer = { id: "counties", minzoom: 0, regions: { type: "FeatureCollection", features: [square(0, 0, { adcode: "1", n: 4 }), square(4, 0, { adcode: "2", n: null }), square(100, 80, { adcode: "", level: "boundary_line" })] } };
const data = { layers: [layer], facilities: { type: "FeatureCollection", features: [] } };

test("the box of a region is its own, else that of its parts, and drawn lines do not count", () => {
  assert.deepEqual(boundsOfRegion(data, "2"), [4, 0, 6, 2]);
  assert.deepEqual(boundsOfRegion(data, "410000"), [0, 0, 6, 2]);
  assert.equal(boundsOf([]), null);
});

test("a label hangs on the centroid where no inner point is given", () => {
  assert.deepEqual(centroid(layer.regions.features[0].geometry), [1, 1]);
  assert.equal(labelPoints(layer).features.length, 2);
});

test("classes of whole numbers do not share an end", () => {
  assert.equal(classWords(undefined, 5, true), "< 5");
  assert.equal(classWords(5, 10, true), "5 – 9");
  assert.equal(classWords(2, 3, true), "2");
  assert.equal(classWords(0.5, 1, false), "0.5 – 1");
  assert.equal(classWords(10, undefined, true), "≥ 10");
});

test("the map style asks for nothing from elsewhere and hatches regions without a value", () => {
  const style = mapStyle(data, theme, { fill: "counties", metric: { key: "n", name: "n", unit: "" }, limits: [2], kinds: [] });
  assert.equal(style.glyphs, undefined);
  assert.equal(style.sprite, undefined);
  assert.ok(Object.values(style.sources).every((source) => source.type === "geojson" && typeof source.data === "object"));
  assert.ok(style.layers.some(({ id }) => id === "missing"));
});

test("limits of a line are a band that leaves out steps without limits", () => {
  const spec = { ...bars, type: "line", categories: ["a", "b", "c"], series: [{ name: "x", values: [1, 2, 3], lower: [0, 1, null], upper: [2, 3, null] }] };
  const band = chartOptions(spec, theme, "grouped", frame).series.find(({ type }) => type === "custom");
  assert.deepEqual(band.data, [[0, 0, 2], [1, 1, 3]]);
  const api = { coord: ([x, y]) => [x, y] };
  assert.equal(band.renderItem({ dataIndex: 0 }, api).shape.points.length, 4);
  assert.equal(band.renderItem({ dataIndex: 1 }, api), null);
});

const plane = {
  type: "plane", title: "t", unit: "", scale: "root", x: { name: "减污", unit: "吨" }, y: { name: "降碳", unit: "吨" },
  points: [{ name: "a", x: 100, y: -4, group: "IV", group_name: "IV" }, { name: "b", x: 1, y: 9, group: "I" }],
};

test("the plane bends both axes, keeps signs, and its table tells the true numbers", () => {
  const { series } = chartOptions(plane, theme, "grouped", frame);
  assert.deepEqual(series.map(({ data }) => data[0].value), [[10, -2], [1, 3]]);
  assert.deepEqual(chartOptions({ ...plane, scale: "linear" }, theme, "grouped", frame).series[0].data[0].value, [100, -4]);
  assert.deepEqual(chartRows(plane)[1], ["a", 100, -4, "IV"]);
  assert.equal(hasData({ ...plane, points: [] }), false);
});

test("the quadrants are tinted from the cross to the ends of the axes and named in their corner", () => {
  const quadrants = [{ key: "I", name: "减污降碳" }, { key: "III", name: "增污增碳" }];
  const { series, xAxis, yAxis } = chartOptions({ ...plane, quadrants }, theme, "grouped", frame);
  const [[from, to], [, other]] = series[0].markArea.data;
  assert.deepEqual([from.xAxis, from.yAxis, from.label.formatter], [0, 0, "I 减污降碳"]);
  assert.deepEqual([to.xAxis, to.yAxis, other.xAxis, other.yAxis], [xAxis.max, yAxis.max, xAxis.min, yAxis.min]);
  assert.equal(chartOptions(plane, theme, "grouped", frame).series[0].markArea, undefined);
});

test("a waterfall stands on zero, and its table gives changes and levels", () => {
  const spec = { type: "waterfall", title: "t", unit: "Mt", steps: [{ name: "2025", from: 0, to: 5, kind: "total" }, { name: "x", from: 5, to: 3, kind: "change" }] };
  const { series, yAxis } = chartOptions(spec, theme, "grouped", frame);
  assert.equal(yAxis.min, 0);
  assert.deepEqual(series[0].data, [[0, 0, 5], [1, 5, 3]]);
  assert.deepEqual(chartRows(spec).slice(1), [["2025", null, 5], ["x", -2, 3]]);
});

test("a curve marks the place of the plan", () => {
  const spec = { type: "curve", title: "t", unit: "元", x: { name: "CO₂" }, points: [[5, 0], [3, 9]], mark: { x: 4, y: 3, name: "本方案" } };
  const { series } = chartOptions(spec, theme, "grouped", frame);
  assert.deepEqual(series[1].data, [{ value: [4, 3], name: "本方案" }]);
  assert.deepEqual(chartRows(spec).slice(1), [[5, 0], [3, 9]]);
});

test("a heat map of ranks has one class for each rank, named by it", () => {
  const ranks = { ...heat, scale: "linear", values: [[1, 3]], cells: [[null, null]], notations: [[null, null]] };
  const { pieces } = chartOptions(ranks, theme, "share", frame).visualMap;
  assert.deepEqual(pieces.map(({ label }) => label), ["1", "3"]);
});
