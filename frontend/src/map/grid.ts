/** A gridded pollutant on the map, one step of time at a time: a slider chooses the step, a button plays them. */
import { Map as MapView, NavigationControl, Popup, ScaleControl, setWorkerUrl, type ExpressionSpecification, type StyleSpecification } from "maplibre-gl";
import workerName from "virtual:worker-name";
import { readTheme, type Theme } from "../charts/theme";
import { spread } from "../lib/breaks";
import { element, inlineJson } from "../lib/dom";
import { formatNumber } from "../lib/format";
import { getJson } from "../lib/http";
import { say } from "../lib/text";
import { boundsOf, labelPoints, type Regions } from "./data";
import { limitsOf, type Cells } from "./limits";
import { cannotDraw, classWords } from "./panels";

setWorkerUrl(new URL(`./${workerName}`, import.meta.url).href);

const STEP_MILLISECONDS = 700;
const NARROW = "(max-width: 860px)";

interface GridConfig {
  cells: string;
  boundaries: string;
  steps: string[];
  unit: string;
  attribution: string;
}

export async function setGridMap(host: HTMLElement): Promise<void> {
  const config = inlineJson<GridConfig>(host);
  if (!config) return;
  if (!document.createElement("canvas").getContext("webgl2")) {
    host.prepend(cannotDraw());
    return;
  }
  const waiting = element("p", { class: "map__state" }, say("loading"));
  host.append(waiting);
  try {
    const [cells, regions] = await Promise.all([getJson<Cells>(config.cells), getJson<Regions>(config.boundaries)]);
    waiting.remove();
    start(host, config, cells, regions);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    waiting.textContent = error.message;
  }
}

function fillColour(step: number, limits: number[], theme: Theme): ExpressionSpecification | string {
  const colours = spread(theme.seq, limits.length + 1);
  if (limits.length === 0) return colours[0] ?? theme.accent;
  return ["step", ["get", `s${step}`], colours[0] ?? "", ...limits.flatMap((limit, i) => [limit, colours[i + 1] ?? ""])] as unknown as ExpressionSpecification;
}

function styleOf(cells: Cells, regions: Regions, step: number, limits: number[], theme: Theme): StyleSpecification {
  return {
    version: 8,
    sources: {
      cells: { type: "geojson", data: cells as GeoJSON.FeatureCollection, tolerance: 0 },
      regions: { type: "geojson", data: regions as GeoJSON.FeatureCollection, tolerance: 0.2 },
      labels: { type: "geojson", data: labelPoints({ id: "regions", minzoom: 0, regions }) },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": theme.mapGround } },
      { id: "cells", type: "fill", source: "cells", paint: { "fill-color": fillColour(step, limits, theme), "fill-antialias": false } },
      { id: "lines", type: "line", source: "regions", layout: { "line-join": "round" }, paint: { "line-color": theme.ink2, "line-width": 0.9, "line-opacity": 0.8 } },
      {
        id: "names", type: "symbol", source: "labels",
        layout: { "text-field": ["get", "name"], "text-size": 12, "text-font": ["sans-serif"], "text-padding": 4, "text-max-width": 8 },
        paint: { "text-color": theme.ink, "text-halo-color": theme.surface, "text-halo-width": 1.4 },
      },
    ],
  };
}

function legendOf(config: GridConfig, limits: number[], theme: Theme): HTMLElement {
  const list = element("ul", { class: "map-scale" });
  spread(theme.seq, limits.length + 1).forEach((colour, i) => {
    const box = element("span", { class: "map-swatch" });
    box.style.backgroundColor = colour;
    list.append(element("li", {}, box, classWords(limits[i - 1], limits[i], false)));
  });
  return element("details", { class: "map__legend", open: matchMedia("(min-width: 640px)").matches }, element("summary", {}, `${say("legend")} (${config.unit})`), list);
}

function start(host: HTMLElement, config: GridConfig, cells: Cells, regions: Regions): void {
  const canvas = element("div", { class: "map__canvas" });
  host.append(canvas);
  host.classList.add("is-drawn");
  const limits = limitsOf(cells, config.steps.length);
  let step = 0;
  const bounds = boundsOf(regions.features.length > 0 ? regions.features : (cells.features as never));
  const view = new MapView({
    container: canvas, style: styleOf(cells, regions, step, limits, readTheme()), attributionControl: { compact: false, customAttribution: config.attribution },
    cooperativeGestures: matchMedia(NARROW).matches, dragRotate: false, pitchWithRotate: false, maxZoom: 12, minZoom: 2, fadeDuration: 0,
    canvasContextAttributes: { preserveDrawingBuffer: true },
    locale: { "NavigationControl.ZoomIn": say("zoomIn"), "NavigationControl.ZoomOut": say("zoomOut"), "Popup.Close": say("close") },
    ...(bounds ? { bounds, fitBoundsOptions: { padding: 24 } } : {}),
  });
  view.touchZoomRotate.disableRotation();
  view.keyboard.disableRotation();
  view.addControl(new NavigationControl({ showCompass: false }), "top-right");
  view.addControl(new ScaleControl({ maxWidth: 90 }), "bottom-right");
  view.getCanvas().setAttribute("aria-label", host.getAttribute("aria-label") ?? "");
  const legend = legendOf(config, limits, readTheme());
  host.append(legend);
  const popup = new Popup({ maxWidth: "18rem", closeOnClick: false });
  view.on("click", "cells", (event) => {
    const properties = event.features?.[0]?.properties;
    if (!properties) return;
    const words = element("div", {}, element("strong", {}, config.steps[step] ?? ""), element("div", {}, `${formatNumber(Number(properties[`s${step}`]))} ${config.unit}`), element("div", { class: "muted" }, `${say("total")} ${formatNumber(Number(properties["t"]))} t`));
    popup.setLngLat(event.lngLat).setDOMContent(words).addTo(view);
  });
  view.on("idle", () => (host.dataset["mapState"] = "idle"));
  document.addEventListener("cocontrol:theme", () => view.setStyle(styleOf(cells, regions, step, limits, readTheme())));
  setSlider(config, (next) => {
    step = next;
    popup.remove();
    if (view.getLayer("cells")) view.setPaintProperty("cells", "fill-color", fillColour(step, limits, readTheme()));
  });
}

function setSlider(config: GridConfig, show: (step: number) => void): void {
  const range = document.querySelector<HTMLInputElement>("[data-grid-step]");
  const name = document.querySelector<HTMLElement>("[data-grid-name]");
  const play = document.querySelector<HTMLButtonElement>("[data-grid-play]");
  if (!range || !name || !play) return;
  let timer = 0;
  const choose = (step: number) => {
    range.value = String(step);
    name.textContent = config.steps[step] ?? "";
    range.setAttribute("aria-valuetext", name.textContent);
    show(step);
  };
  const stop = () => {
    window.clearInterval(timer);
    timer = 0;
    play.setAttribute("aria-pressed", "false");
    play.querySelector("[data-grid-play-word]")?.replaceChildren(say("play"));
  };
  range.addEventListener("input", () => {
    stop();
    choose(Number(range.value));
  });
  play.addEventListener("click", () => {
    if (timer) return stop();
    timer = window.setInterval(() => choose((Number(range.value) + 1) % config.steps.length), STEP_MILLISECONDS);
    play.setAttribute("aria-pressed", "true");
    play.querySelector("[data-grid-play-word]")?.replaceChildren(say("pause"));
  });
}
