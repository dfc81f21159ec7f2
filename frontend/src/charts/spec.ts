/** The chart JSON that the server sends (frontend/README.md, "Charts"). */

interface Common {
  title: string;
  unit: string;
  note?: string | null;
  precision?: number;
  source?: string | null;
}

export interface Series {
  key?: string;
  name: string;
  values: (number | null)[];
  cells?: (string | null)[];
  dashed?: boolean;
}

export interface AxisSpec extends Common {
  type: "bar" | "line" | "area";
  orientation?: "horizontal" | "vertical";
  stacked?: boolean;
  categories: string[];
  category_keys?: string[];
  series: Series[];
  reference?: { name: string; value: number }[];
}

export interface Named {
  key: string;
  name: string;
}

export interface HeatSpec extends Common {
  type: "heatmap";
  rows: Named[];
  columns: Named[];
  values: (number | null)[][];
  cells?: (string | null)[][];
  notations?: (string | null)[][];
  scale?: "log" | "linear";
}

export interface TreeNode extends Named {
  value?: number | null;
  cell?: string | null;
  children?: TreeNode[];
}

export interface TreeSpec extends Common {
  type: "treemap" | "sunburst";
  nodes: TreeNode[];
}

export interface SankeySpec extends Common {
  type: "sankey";
  nodes: Named[];
  links: { source: string; target: string; value: number; cell?: string | null }[];
}

export type ChartSpec = AxisSpec | HeatSpec | TreeSpec | SankeySpec;
export type BarView = "stacked" | "grouped" | "share";

/** True when there is at least one number to draw. */
export function hasData(spec: ChartSpec): boolean {
  switch (spec.type) {
    case "heatmap":
      return spec.values.some((row) => row.some((value) => value !== null));
    case "treemap":
    case "sunburst":
      return spec.nodes.some((node) => sizeOf(node) > 0);
    case "sankey":
      return spec.links.length > 0;
    default:
      return spec.series.some((series) => series.values.some((value) => value !== null));
  }
}

/** A node's own value, else the sum of its children. */
export function sizeOf(node: TreeNode): number {
  return node.value ?? (node.children ?? []).reduce((sum, child) => sum + sizeOf(child), 0);
}
