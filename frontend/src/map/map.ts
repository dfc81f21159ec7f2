/** Sets up a `data-map` element: our boundaries and plants, nothing fetched from elsewhere. */
import { Map as MapView, NavigationControl, Popup, ScaleControl, setWorkerUrl, type GeoJSONSource, type MapLayerMouseEvent } from "maplibre-gl";
import workerName from "virtual:worker-name";
import { readTheme } from "../charts/theme";
import { chooseBreaks } from "../lib/breaks";
import { element, inlineJson } from "../lib/dom";
import { getJson } from "../lib/http";
import { say } from "../lib/text";
import { boundsOf, boundsOfRegion, metricValues, type Bounds, type Facilities, type FacilityProperties, type MapConfig, type MapData, type RegionProperties, type Regions } from "./data";
import { cannotDraw, facilityWords, homeControl, legend, placeFinder, regionWords, type Place } from "./panels";
import { HATCH, mapStyle, type Shown } from "./style";

setWorkerUrl(new URL(`./${workerName}`, import.meta.url).href);

const CLASSES = 7;
const PADDING = 28;
const PLANT_ZOOM = 10;
/** Below this width the page scrolls with one finger and the map moves with two. */
const NARROW = "(max-width: 860px)";

interface State {
  host: HTMLElement;
  config: MapConfig;
  data: MapData;
  shown: Shown;
  view: MapView;
  popup: Popup;
  marked: { source: string; id: string } | null;
}

export async function setMap(host: HTMLElement): Promise<void> {
  const config = inlineJson<MapConfig>(host);
  if (!config) return;
  if (!document.createElement("canvas").getContext("webgl2")) {
    host.prepend(cannotDraw());
    return;
  }
  const waiting = element("p", { class: "map__state" }, say("loading"));
  host.append(waiting);
  try {
    const data = await fetchData(config);
    waiting.remove();
    start(host, config, data);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    waiting.textContent = error.message;
  }
}

async function fetchData(config: MapConfig): Promise<MapData> {
  const nothing: Facilities = { type: "FeatureCollection", features: [] };
  const layers = config.boundaries.map(async ({ id, src, minzoom }) => ({ id, minzoom: minzoom ?? 0, regions: await getJson<Regions>(src) }));
  const [facilities, ...fetched] = await Promise.all([config.points ? getJson<Facilities>(config.points) : nothing, ...layers]);
  return { facilities, layers: fetched };
}

function start(host: HTMLElement, config: MapConfig, data: MapData): void {
  const canvas = element("div", { class: "map__canvas" });
  host.append(canvas);
  host.classList.add("is-drawn");
  const shown = firstShown(config, data);
  const view = new MapView({
    container: canvas, style: mapStyle(data, readTheme(), shown), attributionControl: { compact: false, customAttribution: config.attribution },
    cooperativeGestures: matchMedia(NARROW).matches, dragRotate: false, pitchWithRotate: false, maxZoom: 14, minZoom: 2, fadeDuration: 0,
    canvasContextAttributes: { preserveDrawingBuffer: true }, // printing reads the drawing
    locale: {
      "NavigationControl.ZoomIn": say("zoomIn"), "NavigationControl.ZoomOut": say("zoomOut"), "Popup.Close": say("close"),
      "CooperativeGesturesHandler.WindowsHelpText": say("mapScroll"), "CooperativeGesturesHandler.MacHelpText": say("mapScrollMac"), "CooperativeGesturesHandler.MobileHelpText": say("mapTouch"),
    },
    ...boundsOption(boundsOfRegion(data, config.focus)),
  });
  view.setMissingStyleImageResolver((id) => {
    if (id === HATCH && !view.hasImage(HATCH)) view.addImage(HATCH, hatchImage());
  });
  view.touchZoomRotate.disableRotation();
  view.keyboard.disableRotation();
  const state: State = { host, config, data, shown, view, popup: new Popup({ maxWidth: "20rem", closeOnClick: false }), marked: null };
  addControls(state);
  listen(state);
}

const HATCH_SIZE = 8;

/** Thin diagonal lines on nothing, in a grey that shows on both themes. */
function hatchImage(): ImageData {
  const image = new ImageData(HATCH_SIZE, HATCH_SIZE);
  for (let at = 0; at < HATCH_SIZE; at += 1) {
    const pixel = 4 * (at * HATCH_SIZE + (HATCH_SIZE - 1 - at));
    image.data.set([128, 138, 142, 255], pixel);
  }
  return image;
}

function boundsOption(bounds: Bounds | null): object {
  return bounds ? { bounds, fitBoundsOptions: { padding: PADDING } } : {};
}

function firstShown(config: MapConfig, data: MapData): Shown {
  const kinds = [...new Set(data.facilities.features.map(({ properties }) => properties.kind))];
  const metric = config.metrics?.find(({ key }) => key === config.metric) ?? null;
  const fill = config.fill ?? config.boundaries.at(-1)?.id ?? null;
  return withLimits({ fill, metric, limits: [], kinds }, data);
}

function withLimits(shown: Shown, data: MapData): Shown {
  const layer = data.layers.find(({ id }) => id === shown.fill);
  return { ...shown, limits: shown.metric ? chooseBreaks(metricValues(layer, shown.metric.key), CLASSES) : [] };
}

/** Draws again after a change of theme, metric or kinds. */
function redraw(state: State): void {
  const theme = readTheme();
  state.view.setStyle(mapStyle(state.data, theme, state.shown));
  state.host.querySelector(".map__legend")?.replaceWith(legend(state.data, state.shown, theme));
}

/* ---- controls ---- */

function addControls(state: State): void {
  const { host, view, config, data } = state;
  view.addControl(new NavigationControl({ showCompass: false }), "top-right");
  view.addControl(homeControl(() => fly(state, config.focus ?? null)), "top-right");
  view.addControl(new ScaleControl({ maxWidth: 90 }), "bottom-right");
  host.append(placeFinder(places(state)), legend(data, state.shown, readTheme()));
  view.getCanvas().setAttribute("aria-label", host.getAttribute("aria-label") ?? "");
}

function places(state: State): Place[] {
  const regions = state.data.layers.flatMap((layer) => layer.regions.features.filter(({ properties }) => properties.adcode).map((feature): Place => ({
    name: feature.properties.name,
    note: feature.properties.adcode ?? "",
    go: () => {
      fly(state, feature.properties.adcode ?? null);
      showRegion(state, layer.id, feature.properties, centreOf(boundsOf([feature])));
    },
  })));
  const plants = state.data.facilities.features.map(({ properties, geometry }): Place => ({
    name: properties.name,
    note: properties.kind_name ?? properties.kind,
    go: () => {
      const at: [number, number] = [geometry.coordinates[0] ?? 0, geometry.coordinates[1] ?? 0];
      state.view.flyTo({ center: at, zoom: PLANT_ZOOM });
      showFacility(state, properties, at);
    },
  }));
  return [...regions, ...plants];
}

function centreOf(bounds: Bounds | null): [number, number] {
  return bounds ? [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2] : [0, 0];
}

function fly(state: State, adcode: string | null): void {
  const bounds = boundsOfRegion(state.data, adcode);
  if (bounds) state.view.fitBounds(bounds, { padding: PADDING, maxZoom: 11 });
}

/* ---- selection ---- */

function tell(state: State, words: HTMLElement, at: [number, number]): void {
  const side = document.querySelector("[data-map-side]");
  if (side && !matchMedia(NARROW).matches) {
    let card = side.querySelector(":scope > .map-selected");
    if (!card) side.prepend((card = element("section", { class: "card card--pad map-selected", "aria-live": "polite" })));
    card.replaceChildren(words);
    state.popup.remove();
    return;
  }
  state.popup.setLngLat(at).setDOMContent(words).addTo(state.view);
}

function showRegion(state: State, source: string, region: RegionProperties, at: [number, number]): void {
  mark(state, source, region.adcode);
  tell(state, regionWords(region, state.config.metrics ?? []), at);
}

function showFacility(state: State, facility: FacilityProperties, at: [number, number]): void {
  tell(state, facilityWords(facility), at);
}

function mark(state: State, source: string, adcode: string | undefined): void {
  if (state.marked) state.view.setFeatureState(state.marked, { marked: false });
  state.marked = adcode ? { source, id: adcode } : null;
  if (state.marked) state.view.setFeatureState(state.marked, { marked: true });
}

function onClick(state: State, event: MapLayerMouseEvent): void {
  const { view, shown } = state;
  const at: [number, number] = [event.lngLat.lng, event.lngLat.lat];
  const present = ["plants", "clusters", "fill"].filter((id) => view.getLayer(id));
  const [hit] = view.queryRenderedFeatures(event.point, { layers: present });
  if (!hit) return;
  if (hit.layer.id === "clusters") {
    void openCluster(state, Number(hit.properties["cluster_id"]), at);
  } else if (hit.layer.id === "plants") {
    showFacility(state, hit.properties as unknown as FacilityProperties, at);
  } else if (shown.fill) {
    // The drawn feature has its values turned to text; the fetched one keeps them.
    const layer = state.data.layers.find(({ id }) => id === shown.fill);
    const region = layer?.regions.features.find(({ properties }) => properties.adcode === hit.properties["adcode"]);
    if (region) showRegion(state, shown.fill, region.properties, at);
  }
}

async function openCluster(state: State, id: number, at: [number, number]): Promise<void> {
  const source = state.view.getSource<GeoJSONSource>("facilities");
  if (!source) return;
  const zoom = await source.getClusterExpansionZoom(id);
  state.view.easeTo({ center: at, zoom: zoom + 0.2 });
}

/* ---- events ---- */

function listen(state: State): void {
  const { view, host } = state;
  view.on("click", (event) => onClick(state, event as MapLayerMouseEvent));
  for (const layer of ["plants", "clusters", "fill"]) {
    view.on("mouseenter", layer, () => (view.getCanvas().style.cursor = "pointer"));
    view.on("mouseleave", layer, () => (view.getCanvas().style.cursor = ""));
  }
  view.on("idle", () => (host.dataset["mapState"] = "idle"));
  document.addEventListener("cocontrol:theme", () => redraw(state));
  document.addEventListener("change", (event) => onFormChange(state, event.target));
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-map-focus]") : null;
    if (!link) return;
    event.preventDefault();
    fly(state, link.dataset["mapFocus"] ?? null);
    host.scrollIntoView({ block: "nearest" });
  });
}

function onFormChange(state: State, target: EventTarget | null): void {
  if (target instanceof HTMLSelectElement && target.matches("[data-map-metric]")) {
    const metric = state.config.metrics?.find(({ key }) => key === target.value) ?? null;
    state.shown = withLimits({ ...state.shown, metric }, state.data);
  } else if (target instanceof HTMLInputElement && target.matches("[data-map-kind]")) {
    const kind = target.dataset["mapKind"] ?? "";
    const others = state.shown.kinds.filter((known) => known !== kind);
    state.shown = { ...state.shown, kinds: target.checked ? [...others, kind] : others };
  } else {
    return;
  }
  redraw(state);
}
