import { element } from "../lib/dom";

export interface TipRow {
  colour: string | null;
  name: string;
  value: string;
}

/** Content of a tooltip, built as elements: the page's policy allows no style in markup. */
export function tipContent(title: string, rows: TipRow[], hint: string | null): HTMLElement {
  const box = element("div", { class: "chart-tip" }, element("div", { class: "chart-tip__title" }, title));
  for (const row of rows) {
    const dot = element("span", { class: "chart-tip__dot" });
    if (row.colour) dot.style.backgroundColor = row.colour;
    box.append(element("div", { class: "chart-tip__row" }, dot, element("span", {}, row.name), element("span", { class: "chart-tip__value" }, row.value)));
  }
  if (hint) box.append(element("div", { class: "chart-tip__hint" }, hint));
  return box;
}
