import { say } from "../lib/text";
import { sizeOf, type AxisSpec, type ChartSpec, type TreeNode } from "./spec";

export type Cell = string | number | null;
/** A chart as a table: the first row is the head. */
export type Rows = Cell[][];

/** What the chart shows, as rows: for the table view, for screen readers and for the CSV file. */
export function chartRows(spec: ChartSpec): Rows {
  switch (spec.type) {
    case "heatmap":
      return [
        ["", ...spec.columns.map(({ name }) => name)],
        ...spec.rows.map(({ name }, r) => [name, ...spec.columns.map((_, c) => spec.values[r]?.[c] ?? spec.notations?.[r]?.[c] ?? null)]),
      ];
    case "treemap":
    case "sunburst":
      return [[say("name"), `${say("value")} (${spec.unit})`], ...spec.nodes.flatMap((node) => treeRows(node, 0))];
    case "sankey": {
      const names = new Map(spec.nodes.map(({ key, name }) => [key, name]));
      return [
        [say("from"), say("to"), `${say("value")} (${spec.unit})`],
        ...spec.links.map((link) => [names.get(link.source) ?? link.source, names.get(link.target) ?? link.target, link.value]),
      ];
    }
    case "plane":
      return [
        [say("name"), `${spec.x.name} (${spec.x.unit})`, `${spec.y.name} (${spec.y.unit})`, say("kind")],
        ...spec.points.map(({ name, x, y, group, group_name }) => [name, x, y, group_name ?? group]),
      ];
    case "curve":
      return [[spec.x.name, `${say("value")} (${spec.unit})`], ...spec.points];
    case "waterfall":
      return [
        [say("name"), `${say("change")} (${spec.unit})`, `${say("level")} (${spec.unit})`],
        ...spec.steps.map(({ name, from, to, kind }) => [name, kind === "total" ? null : to - from, to]),
      ];
    default:
      return [
        [say("category"), ...axisColumns(spec).map(({ name }) => name)],
        ...spec.categories.map((category, i) => [category, ...axisColumns(spec).map(({ values }) => values[i] ?? null)]),
      ];
  }
}

/** A column for each series and its limits, and one for the cumulated shares. */
function axisColumns(spec: AxisSpec): { name: string; values: (number | null)[] }[] {
  const columns = spec.series.flatMap(({ name, values, lower, upper }) => [
    { name: `${name} (${spec.unit})`, values },
    ...(lower && upper ? [{ name: `${say("lower")} (${spec.unit})`, values: lower }, { name: `${say("upper")} (${spec.unit})`, values: upper }] : []),
  ]);
  return spec.cumulative ? [...columns, { name: spec.cumulative.name, values: spec.cumulative.values }] : columns;
}

function treeRows(node: TreeNode, depth: number): Rows {
  return [[`${"　".repeat(depth)}${node.name}`, sizeOf(node)], ...(node.children ?? []).flatMap((child) => treeRows(child, depth + 1))];
}

/** Comma-separated values with a byte-order mark, so that spreadsheets read Chinese; no value is an empty field. */
export function csvText(rows: Rows): string {
  const quote = (cell: Cell) => {
    const text = cell === null ? "" : String(cell);
    const safe = typeof cell === "string" && /^[=+@\t\r-]/.test(text) ? `'${text}` : text; // no formula from a label
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return `\ufeff${rows.map((row) => row.map(quote).join(",")).join("\r\n")}\r\n`;
}
