/** What a `data-map` element is told (frontend/README.md, "Map") and what is fetched for it. */
import type { Feature, FeatureCollection, Geometry, Point, Position } from "geojson";

export interface Metric {
  key: string;
  name: string;
  unit: string;
  precision?: number;
}

export interface MapConfig {
  boundaries: { id: string; src: string; minzoom?: number }[];
  fill?: string | null;
  metrics?: Metric[];
  metric?: string | null;
  points?: string | null;
  focus?: string | null;
  attribution: string;
}

export interface RegionProperties {
  adcode?: string;
  name: string;
  level: string;
  parent?: string;
  cx?: number;
  cy?: number;
  url?: string;
  cell?: string;
  [metric: string]: unknown;
}

export interface FacilityProperties {
  facility_id: string;
  name: string;
  kind: string;
  kind_name?: string;
  fuel_name?: string | null;
  capacity?: number | null;
  capacity_unit?: string | null;
  status_name?: string | null;
  owner?: string | null;
  commissioned_year?: number | null;
  source?: string | null;
  synthetic?: boolean;
  url?: string | null;
}

export type Regions = FeatureCollection<Geometry, RegionProperties>;
export type Facilities = FeatureCollection<Point, FacilityProperties>;

export interface Layer {
  id: string;
  minzoom: number;
  regions: Regions;
}

export interface MapData {
  layers: Layer[];
  facilities: Facilities;
}

/** [west, south, east, north] */
export type Bounds = [number, number, number, number];

function positions(geometry: Geometry): Position[] {
  switch (geometry.type) {
    case "Point":
      return [geometry.coordinates];
    case "MultiPoint":
    case "LineString":
      return geometry.coordinates;
    case "MultiLineString":
    case "Polygon":
      return geometry.coordinates.flat();
    case "MultiPolygon":
      return geometry.coordinates.flat(2);
    case "GeometryCollection":
      return geometry.geometries.flatMap(positions);
  }
}

/** The box around features; null for none. */
export function boundsOf(features: readonly Feature[]): Bounds | null {
  let box: Bounds | null = null;
  for (const feature of features) {
    for (const [x = 0, y = 0] of positions(feature.geometry)) {
      box = box ? [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)] : [x, y, x, y];
    }
  }
  return box;
}

/** The box of one region; of its parts where only those are drawn; else of everything drawn. */
export function boundsOfRegion(data: MapData, adcode: string | null | undefined): Bounds | null {
  const all = data.layers.flatMap(({ regions }) => regions.features).filter(({ properties }) => properties.level !== "boundary_line");
  const itself = all.filter(({ properties }) => properties.adcode === adcode);
  const parts = all.filter(({ properties }) => properties.parent === adcode);
  return boundsOf(itself.length > 0 ? itself : parts.length > 0 ? parts : all);
}

/** The values of a metric over the regions of the filled layer. */
export function metricValues(layer: Layer | undefined, key: string): number[] {
  const values = layer?.regions.features.map(({ properties }) => properties[key]) ?? [];
  return values.filter((value): value is number => typeof value === "number");
}

/** A point for each named region, to hang its label on: the given inner point, else the centroid of its largest part. */
export function labelPoints(layer: Layer): FeatureCollection<Point, { name: string }> {
  const features = layer.regions.features.flatMap(({ properties, geometry }) => {
    const coordinates = properties.cx !== undefined && properties.cy !== undefined ? [properties.cx, properties.cy] : centroid(geometry);
    return coordinates === null || properties.level === "boundary_line"
      ? []
      : [{ type: "Feature" as const, properties: { name: properties.name }, geometry: { type: "Point" as const, coordinates } }];
  });
  return { type: "FeatureCollection", features };
}

/** Signed area and centroid of a ring, by the shoelace formula. */
function ringCentre(ring: readonly Position[]): { area: number; at: Position } {
  let area = 0;
  let sumX = 0;
  let sumY = 0;
  for (let i = 0; i + 1 < ring.length; i += 1) {
    const [x0 = 0, y0 = 0] = ring[i] ?? [];
    const [x1 = 0, y1 = 0] = ring[i + 1] ?? [];
    const cross = x0 * y1 - x1 * y0;
    area += cross / 2;
    sumX += (x0 + x1) * cross;
    sumY += (y0 + y1) * cross;
  }
  return { area: Math.abs(area), at: [sumX / (6 * area), sumY / (6 * area)] };
}

/** Centroid of the largest outer ring; null for anything but areas. */
export function centroid(geometry: Geometry): Position | null {
  const outer = geometry.type === "Polygon" ? [geometry.coordinates[0]] : geometry.type === "MultiPolygon" ? geometry.coordinates.map(([ring]) => ring) : [];
  const centres = outer.filter((ring): ring is Position[] => ring !== undefined && ring.length > 3).map(ringCentre);
  return centres.sort((a, b) => b.area - a.area)[0]?.at ?? null;
}
