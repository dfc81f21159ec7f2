/** The map's style: our data only, no tiles, no sprite, no fonts from elsewhere. Pure. */
import type { LayerSpecification, SourceSpecification, StyleSpecification, ExpressionSpecification } from "maplibre-gl";
import { assignColours, type Theme } from "../charts/theme";
import { spread } from "../lib/breaks";
import { labelPoints, type MapData, type Metric } from "./data";

/** Kinds keep colours that stand out on the blue scale; others take the page's next free one. */
const KIND_SLOTS: Record<string, number> = { power_plant: 1, steel_plant: 2, coal_unit: 7 };
/** Image that marks regions without a value; the map draws it when it is first asked for. */
export const HATCH = "hatch";
const CLUSTER_RADIUS = 38;
const CLUSTER_MAX_ZOOM = 9;

export interface Shown {
  fill: string | null;
  metric: Metric | null;
  limits: number[];
  kinds: string[];
}

export function kindColour(kind: string, theme: Theme): string {
  const slot = KIND_SLOTS[kind];
  return (slot === undefined ? assignColours([kind], theme)[0] : theme.series[slot]) ?? theme.accent;
}

export function scaleColours(shown: Shown, theme: Theme): string[] {
  return spread(theme.seq.slice(0, 8), shown.limits.length + 1);
}

/** Colour by class; a region without a value keeps the neutral ground. */
function fillColour(shown: Shown, theme: Theme): ExpressionSpecification | string {
  const neutral = theme.surface;
  if (!shown.metric) return neutral;
  const value: ExpressionSpecification = ["get", shown.metric.key];
  const colours = scaleColours(shown, theme);
  const steps = shown.limits.flatMap((limit, i) => [limit, colours[i + 1] ?? ""]);
  const scale = (shown.limits.length > 0 ? ["step", value, colours[0], ...steps] : colours[0]) as ExpressionSpecification;
  return ["case", ["==", ["typeof", value], "number"], scale, neutral];
}

export function mapStyle(data: MapData, theme: Theme, shown: Shown): StyleSpecification {
  const sources: Record<string, SourceSpecification> = {};
  for (const layer of data.layers) {
    sources[layer.id] = { type: "geojson", data: layer.regions, promoteId: "adcode", tolerance: 0.2 };
    sources[`${layer.id}-labels`] = { type: "geojson", data: labelPoints(layer) };
  }
  const features = data.facilities.features.filter(({ properties }) => shown.kinds.includes(properties.kind));
  sources["facilities"] = {
    type: "geojson", data: { ...data.facilities, features }, cluster: true, clusterRadius: CLUSTER_RADIUS, clusterMaxZoom: CLUSTER_MAX_ZOOM,
  };
  return {
    version: 8,
    sources,
    layers: [
      { id: "ground", type: "background", paint: { "background-color": theme.mapGround } },
      ...data.layers.filter(({ id }) => id === shown.fill).flatMap((layer) => fillLayers(layer.id, theme, shown)),
      ...data.layers.flatMap((layer, level) => lineLayers(layer.id, layer.minzoom, level, theme)),
      ...data.layers.map((layer, level) => labelLayer(layer.id, layer.minzoom, level, data.layers[level + 1]?.minzoom, theme)),
      ...facilityLayers(theme, shown.kinds),
    ],
  };
}

function fillLayers(id: string, theme: Theme, shown: Shown): LayerSpecification[] {
  const isArea: ExpressionSpecification = ["!=", ["get", "level"], "boundary_line"];
  const fill: LayerSpecification = {
    id: "fill", type: "fill", source: id, filter: isArea, paint: { "fill-color": fillColour(shown, theme), "fill-outline-color": theme.lineStrong },
  };
  if (!shown.metric) return [fill];
  const isMissing: ExpressionSpecification = ["!=", ["typeof", ["get", shown.metric.key]], "number"];
  return [fill, { id: "missing", type: "fill", source: id, filter: ["all", isArea, isMissing], paint: { "fill-pattern": HATCH } }];
}

function lineLayers(id: string, minzoom: number, level: number, theme: Theme): LayerSpecification[] {
  return [
    { id: `${id}-line`, type: "line", source: id, minzoom, layout: { "line-join": "round" }, paint: { "line-color": level === 0 ? theme.ink2 : theme.ink3, "line-width": level === 0 ? 1.3 : 0.5, "line-opacity": level === 0 ? 0.9 : 0.7 } },
    { id: `${id}-marked`, type: "line", source: id, layout: { "line-join": "round" }, paint: { "line-color": theme.accent, "line-width": ["case", ["boolean", ["feature-state", "marked"], false], 2.6, 0] } },
  ];
}

function labelLayer(id: string, minzoom: number, level: number, until: number | undefined, theme: Theme): LayerSpecification {
  return {
    id: `${id}-label`, type: "symbol", source: `${id}-labels`, minzoom: level === 0 ? 0 : minzoom + 0.8, ...(until && level === 0 ? { maxzoom: until + 1.6 } : {}),
    layout: { "text-field": ["get", "name"], "text-size": level === 0 ? 13 : 11, "text-font": ["sans-serif"], "text-padding": 3, "text-max-width": 8, "text-variable-anchor": ["center", "top", "bottom", "left", "right"], "text-radial-offset": 0.9 },
    paint: { "text-color": theme.ink, "text-halo-color": theme.surface, "text-halo-width": 1.4 },
  };
}

function facilityLayers(theme: Theme, kinds: string[]): LayerSpecification[] {
  const colour = kinds.length === 0 ? theme.accent : (["match", ["get", "kind"], ...kinds.flatMap((kind) => [kind, kindColour(kind, theme)]), theme.accent] as unknown as ExpressionSpecification);
  return [
    {
      id: "clusters", type: "circle", source: "facilities", filter: ["has", "point_count"],
      paint: { "circle-color": theme.raised, "circle-stroke-color": theme.ink, "circle-stroke-width": 1.5, "circle-opacity": 0.94, "circle-radius": ["interpolate", ["linear"], ["sqrt", ["get", "point_count"]], 1, 9, 10, 22] },
    },
    {
      id: "cluster-count", type: "symbol", source: "facilities", filter: ["has", "point_count"],
      // The padding keeps region names off the circle, which itself takes no part in placement.
      layout: { "text-field": ["to-string", ["get", "point_count"]], "text-size": 11, "text-font": ["sans-serif"], "text-allow-overlap": true, "text-padding": 8 },
      paint: { "text-color": theme.ink },
    },
    {
      id: "plants", type: "circle", source: "facilities", filter: ["!", ["has", "point_count"]],
      paint: {
        "circle-color": colour, "circle-stroke-color": theme.raised, "circle-stroke-width": 1.3, "circle-opacity": 0.92,
        "circle-radius": ["interpolate", ["linear"], ["sqrt", ["coalesce", ["get", "capacity"], 0]], 0, 4, 20, 7, 70, 14],
      },
    },
    {
      id: "plant-letter", type: "symbol", source: "facilities", minzoom: 8.5, filter: ["!", ["has", "point_count"]],
      layout: { "text-field": ["slice", ["coalesce", ["get", "kind_name"], ["get", "kind"]], 0, 1], "text-size": 9, "text-font": ["sans-serif"], "text-allow-overlap": true, "text-ignore-placement": true },
      paint: { "text-color": "#ffffff" },
    },
  ];
}
