import { element, icon } from "./lib/dom";
import { getJson } from "./lib/http";
import { formatNumber } from "./lib/format";
import { language, say } from "./lib/text";
import { copyText } from "./forms";

/** One node of the provenance tree, as `Explanation.as_dict()` writes it. */
export interface ExplainNode {
  label: string;
  value: number | string | null;
  unit: string | null;
  detail: string | null;
  status: string | null;
  children: ExplainNode[];
}
interface ExplainAnswer {
  title?: string;
  page?: string;
  tree: ExplainNode;
}

/** Narrow branches start open, wide and deep ones folded, so that the first look is short. */
const OPEN_LEVELS = 4;
const OPEN_SIBLINGS = 3;
const FIRST_CHILDREN = 20;
const NOTATIONS = new Set(["NE", "NO", "IE", "NA", "C"]);

let drawer: HTMLDialogElement | null = null;
let opener: Element | null = null;
let running: AbortController | null = null;
let shownCell = "";

/* ---- the tree ---- */

function badge(status: string): HTMLElement {
  const names: Record<string, [string, string]> = {
    verified: ["已核对", "verified"],
    recalled: ["未核对", "recalled"],
    synthetic: ["合成数据", "synthetic"],
    undetermined: ["无法判定", "undetermined"],
  };
  const kind = NOTATIONS.has(status) || status === "undetermined" ? "notation" : status in names ? status : "neutral";
  const name = names[status]?.[language() === "en" ? 1 : 0] ?? status;
  return element("span", { class: `badge badge--${kind}` }, name);
}

function valueOf(node: ExplainNode): HTMLElement | null {
  if (node.value === null) return node.unit ? element("span", { class: "tree__value null" }, "—") : null;
  const text = typeof node.value === "number" ? formatExact(node.value) : node.value;
  return element("span", { class: "tree__value num" }, text, node.unit ? " " : null, node.unit ? element("span", { class: "unit" }, node.unit) : null);
}

/** Seven significant digits: enough to redo the arithmetic by hand. Whole numbers in full, years ungrouped by the server as text. */
function formatExact(value: number): string {
  if (Number.isInteger(value)) return formatNumber(value, 0);
  if (value !== 0 && Math.abs(value) < 1e-4) return value.toExponential(4).replace("-", "−");
  const digits = Math.max(0, Math.min(8, 6 - Math.floor(Math.log10(Math.abs(value)))));
  return formatNumber(value, digits).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}

function rowOf(node: ExplainNode, tag: "summary" | "div"): HTMLElement {
  return element(tag, { class: "tree__row" }, element("span", { class: "tree__label" }, node.label), valueOf(node), node.status ? badge(node.status) : null);
}

function childrenOf(node: ExplainNode, level: number): HTMLUListElement {
  const list = element("ul");
  const add = (nodes: ExplainNode[]) => list.append(...nodes.map((child) => itemOf(child, level + 1, node.children.length <= OPEN_SIBLINGS)));
  add(node.children.slice(0, FIRST_CHILDREN));
  const rest = node.children.slice(FIRST_CHILDREN);
  if (rest.length > 0) {
    const more = element("button", { class: "button button--small tree__more", type: "button" }, say("more", { n: rest.length }));
    more.addEventListener("click", () => {
      more.closest("li")?.remove();
      add(rest);
    });
    list.append(element("li", {}, more));
  }
  return list;
}

function itemOf(node: ExplainNode, level: number, isNarrow: boolean): HTMLLIElement {
  const detail = node.detail ? element("p", { class: "tree__detail" }, node.detail) : null;
  if (node.children.length === 0) return element("li", { class: "tree__item" }, rowOf(node, "div"), detail);
  const fold = element("details", { open: isNarrow && level < OPEN_LEVELS }, rowOf(node, "summary"), detail);
  const fill = () => {
    if (fold.open && !fold.querySelector(":scope > ul")) fold.append(childrenOf(node, level));
  };
  fold.addEventListener("toggle", fill);
  fill();
  return element("li", { class: "tree__item" }, fold);
}

/* ---- the drawer ---- */

function makeDrawer(): HTMLDialogElement {
  const made = element("dialog", { class: "drawer no-print", id: "provenance", "aria-labelledby": "drawer-title" });
  made.addEventListener("close", onClose);
  made.addEventListener("click", (event) => {
    if (event.target === made) made.close(); // the backdrop
  });
  document.body.append(made);
  return made;
}

function onClose(): void {
  running?.abort();
  document.querySelector(".figure.is-open")?.classList.remove("is-open");
  if (location.hash.startsWith("#explain=")) history.replaceState(history.state, "", location.pathname + location.search);
  if (opener instanceof HTMLElement || opener instanceof SVGElement) opener.focus();
  opener = null;
  shownCell = "";
}

function fill(title: string, kicker: HTMLElement | null, body: Node[], foot: Node[]): void {
  if (!drawer) return;
  const close = element("button", { class: "icon-button", type: "button", "aria-label": say("close") }, icon("close"));
  close.addEventListener("click", () => drawer?.close());
  const heading = element("h2", { class: "drawer__title", id: "drawer-title", tabindex: -1 }, title);
  const head = element("header", { class: "drawer__head" },
    element("div", {}, element("p", { class: "drawer__kicker" }, say("provenance")), heading, kicker), close);
  const middle = element("div", { class: "drawer__body" });
  middle.append(...body);
  const bottom = element("footer", { class: "drawer__foot" });
  bottom.append(...foot);
  drawer.replaceChildren(head, middle, ...(foot.length > 0 ? [bottom] : []));
  if (drawer.open) heading.focus(); // what had the focus is gone with the old content
}

function fillTree(answer: ExplainAnswer, cell: string, page: string | null): void {
  const { tree } = answer;
  const value = valueOf(tree);
  const kicker = element("p", { class: "drawer__value" });
  if (value) kicker.append(...value.childNodes);
  const list = element("ul", { class: "tree" });
  list.append(...childrenOf(tree, 0).children);
  const copy = element("button", { class: "button button--small", type: "button" }, icon("copy"), say("copyLink"));
  copy.addEventListener("click", () => void copyText(location.href));
  const open = element("button", { class: "button button--small", type: "button" }, say("expandAll"));
  open.addEventListener("click", () => expandAll(list));
  const link = page ? element("a", { class: "button button--small", href: page }, icon("external"), say("openPage")) : null;
  const detail = tree.detail ? [element("p", { class: "drawer__detail" }, tree.detail)] : [];
  const status = tree.status ? [badge(tree.status)] : [];
  fill(answer.title && answer.title !== cell ? answer.title : tree.label, kicker, [...status, ...detail, list, element("p", { class: "drawer__cell" }, cell)],
    [open, copy, ...(link ? [link] : [])]);
}

/** Opens every fold, those that appear on the way too. */
function expandAll(list: HTMLElement): void {
  for (const fold of list.querySelectorAll<HTMLDetailsElement>("details:not([open])")) {
    fold.open = true;
    fold.addEventListener("toggle", () => expandAll(fold), { once: true });
  }
}

function fillWaiting(): void {
  const bars = Array.from({ length: 6 }, () => element("span", { class: "skeleton" }));
  fill(say("loading"), null, bars, []);
}

function fillFault(message: string, cell: string, again: () => void): void {
  const retry = element("button", { class: "button button--small", type: "button" }, say("retry"));
  retry.addEventListener("click", again);
  const box = element("div", { class: "callout callout--bad", role: "alert" }, element("p", { class: "callout__title" }, say("failed")), element("p", {}, message));
  fill(say("provenance"), null, [box, element("p", { class: "drawer__cell" }, cell)], [retry]);
}

function sourceOf(cell: string, from: Element | null): string | null {
  if (from instanceof HTMLElement && from.dataset["explainSrc"]) return from.dataset["explainSrc"];
  const base = (from ?? document.body).closest<HTMLElement>("[data-explain-base]") ?? document.querySelector<HTMLElement>("[data-explain-base]");
  const address = base?.dataset["explainBase"];
  if (!address) return null;
  const joint = address.includes("?") ? "&" : "?";
  return `${address}${joint}cell=${encodeURIComponent(cell)}&language=${language()}`;
}

/** True when the page can say where a cell comes from. */
export function canExplain(from: Element): boolean {
  return sourceOf("", from) !== null;
}

/** Opens the drawer on one cell; the address then points to it. */
export async function explain(cell: string, from: Element | null = null): Promise<void> {
  const source = sourceOf(cell, from);
  if (!source) return;
  drawer ??= makeDrawer();
  running?.abort();
  running = new AbortController();
  shownCell = cell;
  opener = from ?? opener;
  document.querySelector(".figure.is-open")?.classList.remove("is-open");
  from?.classList.add("is-open");
  fillWaiting();
  if (!drawer.open) drawer.showModal();
  history.replaceState(history.state, "", `#explain=${encodeURIComponent(cell)}`);
  try {
    const answer = await getJson<ExplainAnswer | ExplainNode>(source, running.signal);
    const whole = "tree" in answer ? answer : { tree: answer };
    fillTree(whole, cell, whole.page ?? (from instanceof HTMLAnchorElement ? from.pathname + from.search : null));
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return;
    if (!(error instanceof Error)) throw error;
    fillFault(error.message, cell, () => void explain(cell, from));
  }
}

function openFromAddress(): void {
  const match = /^#explain=(.+)$/.exec(location.hash);
  if (!match?.[1]) {
    if (drawer?.open) drawer.close();
    return;
  }
  const cell = decodeURIComponent(match[1]);
  if (cell === shownCell) return;
  const from = [...document.querySelectorAll("[data-explain]")].find((one) => one.getAttribute("data-explain") === cell);
  void explain(cell, from ?? null);
}

/** Once for the document: clicks on figures, and addresses that name a cell. */
export function startDrawer(): void {
  document.addEventListener("click", (event) => {
    const figure = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-explain]") : null;
    if (!figure || event.ctrlKey || event.metaKey || event.shiftKey || !canExplain(figure)) return;
    event.preventDefault();
    void explain(figure.dataset["explain"] ?? "", figure);
  });
  window.addEventListener("hashchange", openFromAddress);
  openFromAddress();
}
