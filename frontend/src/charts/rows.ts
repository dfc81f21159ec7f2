import { say } from "../lib/text";
import { sizeOf, type ChartSpec, type TreeNode } from "./spec";

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
    default:
      return [
        [say("category"), ...spec.series.map(({ name }) => `${name} (${spec.unit})`)],
        ...spec.categories.map((category, i) => [category, ...spec.series.map(({ values }) => values[i] ?? null)]),
      ];
  }
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
