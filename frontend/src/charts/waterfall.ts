/** A waterfall: from a first total over rises and falls to a last one. */
import type { EChartsCoreOption } from "echarts/core";
import { formatAxis, formatNumber } from "../lib/format";
import { language, say } from "../lib/text";
import { bareTooltip, textWidth, type Frame } from "./options";
import type { WaterfallSpec, WaterfallStep } from "./spec";
import type { Theme } from "./theme";
import { tipContent } from "./tip";

interface BarPlace {
  value: (index: number) => number;
  coord: (point: number[]) => [number, number];
  size: (point: number[]) => [number, number];
}

export function waterfallOptions(spec: WaterfallSpec, theme: Theme, frame: Frame): EChartsCoreOption {
  const { steps } = spec;
  const isCrowded = 12.5 * Math.max(...steps.map(({ name }) => textWidth(name))) > (frame.width - 70) / steps.length;
  const colourOf = (step: WaterfallStep) => (step.kind === "total" ? theme.ink3 : step.to > step.from ? theme.bad : theme.accent);
  const ends = steps.flatMap(({ from, to }) => [from, to]);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  return {
    grid: { left: 6, right: 12, top: 24, bottom: 4, containLabel: true },
    tooltip: { trigger: "item", ...bareTooltip(({ dataIndex }: { dataIndex: number }) => tip(spec, steps[dataIndex], colourOf)) },
    xAxis: { type: "category", data: steps.map(({ name }) => name), axisTick: { show: false }, axisLine: { lineStyle: { color: theme.lineStrong } }, axisLabel: { color: theme.ink2, fontSize: 12, interval: 0, ...(isCrowded ? { rotate: 35, width: 110, overflow: "truncate" } : {}) } },
    yAxis: { type: "value", min: low < 0 ? low * 1.05 : 0, max: high > 0 ? high * 1.05 : 0, splitNumber: 4, axisLabel: { color: theme.ink3, fontSize: 11, fontFamily: theme.figures, hideOverlap: true, showMinLabel: low >= 0, showMaxLabel: false, formatter: (value: number) => formatAxis(value, language()) }, splitLine: { lineStyle: { color: theme.line } } },
    series: [{
      type: "custom", name: spec.title, data: steps.map(({ from, to }, i) => [i, from, to]), encode: { x: 0, y: [1, 2] },
      renderItem: (_: unknown, api: BarPlace) => {
        const step = steps[api.value(0)];
        if (!step) return null;
        const [x, start] = api.coord([api.value(0), api.value(1)]);
        const end = api.coord([api.value(0), api.value(2)])[1];
        const width = Math.min(46, 0.62 * api.size([1, 0])[0]);
        const text = step.kind === "total" ? formatNumber(step.to, spec.precision) : `${step.to > step.from ? "+" : ""}${formatNumber(step.to - step.from, spec.precision)}`;
        return {
          type: "group",
          children: [
            { type: "rect", shape: { x: x - width / 2, y: Math.min(start, end), width, height: Math.max(1, Math.abs(end - start)) }, style: { fill: colourOf(step) } },
            { type: "text", style: { text, x, y: Math.min(start, end) - 5, textAlign: "center", textVerticalAlign: "bottom", fill: theme.ink, fontSize: 11, fontFamily: theme.figures } },
          ],
        };
      },
    }],
  };
}

function tip(spec: WaterfallSpec, step: WaterfallStep | undefined, colourOf: (step: WaterfallStep) => string): HTMLElement {
  if (!step) return tipContent("", [], null);
  const rows = step.kind === "total" ? [] : [{ colour: colourOf(step), name: say("change"), value: formatNumber(step.to - step.from, spec.precision) }];
  return tipContent(`${step.name}  (${spec.unit})`, [...rows, { colour: null, name: say("level"), value: formatNumber(step.to, spec.precision) }], null);
}
