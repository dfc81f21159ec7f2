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
  /** Limits of an interval around each value, drawn as whiskers of bars and as a band of lines; both or neither. */
  lower?: (number | null)[];
  upper?: (number | null)[];
}

export interface AxisSpec extends Common {
  type: "bar" | "line" | "area";
  orientation?: "horizontal" | "vertical";
  stacked?: boolean;
  categories: string[];
  category_keys?: string[];
  series: Series[];
  reference?: { name: string; value: number }[];
  /** End of the axis of values, where it has a natural one (100 %). */
  max?: number;
  /** Cumulated shares (0–1) on an axis of their own, with the share up to which a category counts. */
  cumulative?: { name: string; values: (number | null)[]; threshold?: number };
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

export interface PlanePoint {
  name: string;
  x: number;
  y: number;
  group: string;
  group_name?: string;
  facts?: [string, string][];
  /** Page of the point, opened by a click or by Enter. */
  url?: string | null;
}

/** Points around a cross; `root` bends both axes by the signed square root, so that small points leave the cross. */
export interface PlaneSpec extends Common {
  type: "plane";
  scale?: "linear" | "root";
  x: { name: string; unit: string };
  y: { name: string; unit: string };
  /** Quadrants by their number (I right above, then against the clock), tinted and named. */
  quadrants?: Named[];
  points: PlanePoint[];
}

export interface WaterfallStep {
  name: string;
  from: number;
  to: number;
  kind: "total" | "change";
}

export interface WaterfallSpec extends Common {
  type: "waterfall";
  steps: WaterfallStep[];
}

/** Straight lines between corners on two axes of numbers, with one point marked. */
export interface CurveSpec extends Common {
  type: "curve";
  x: { name: string };
  points: [number, number][];
  mark?: { x: number; y: number; name: string };
}

export type ChartSpec = AxisSpec | HeatSpec | TreeSpec | SankeySpec | PlaneSpec | WaterfallSpec | CurveSpec;
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
    case "plane":
    case "curve":
      return spec.points.length > 0;
    case "waterfall":
      return spec.steps.length > 0;
    default:
      return spec.series.some((series) => series.values.some((value) => value !== null));
  }
}

/** A node's own value, else the sum of its children. */
export function sizeOf(node: TreeNode): number {
  return node.value ?? (node.children ?? []).reduce((sum, child) => sum + sizeOf(child), 0);
}
