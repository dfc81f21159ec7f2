/** The least cost against an emission: straight lines between corners, and the plan's place. */
import type { EChartsCoreOption } from "echarts/core";
import { formatAxis, formatNumber } from "../lib/format";
import { language } from "../lib/text";
import { bareTooltip } from "./options";
import type { CurveSpec } from "./spec";
import type { Theme } from "./theme";
import { tipContent } from "./tip";

export function curveOptions(spec: CurveSpec, theme: Theme): EChartsCoreOption {
  const axis = {
    type: "value", splitNumber: 4, axisTick: { show: false }, axisLine: { lineStyle: { color: theme.lineStrong } }, splitLine: { lineStyle: { color: theme.line } },
    axisLabel: { color: theme.ink3, fontSize: 11, fontFamily: theme.figures, hideOverlap: true, formatter: (value: number) => formatAxis(value, language()) },
  };
  const mark = spec.mark;
  return {
    grid: { left: 6, right: 24, top: 16, bottom: 28, containLabel: true },
    xAxis: { ...axis, scale: true, name: spec.x.name, nameLocation: "middle", nameGap: 26, nameTextStyle: { color: theme.ink2, fontSize: 12 } },
    yAxis: axis,
    tooltip: { trigger: "item", ...bareTooltip(({ value, name }: { value: [number, number]; name: string }) => tipContent(name, [{ colour: theme.accent, name: spec.x.name, value: formatNumber(value[0], spec.precision) }, { colour: null, name: spec.unit, value: formatNumber(value[1], spec.precision) }], null)) },
    series: [
      { type: "line", data: spec.points, symbol: "circle", symbolSize: 4, lineStyle: { width: 2, color: theme.accent }, itemStyle: { color: theme.accent } },
      ...(mark ? [{ type: "scatter", data: [{ value: [mark.x, mark.y], name: mark.name }], symbol: "diamond", symbolSize: 14, itemStyle: { color: theme.bad }, label: { show: true, formatter: "{b}", position: "top", color: theme.ink, fontSize: 12 }, z: 5 }] : []),
    ],
  };
}
