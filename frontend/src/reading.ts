// The reading view of a plan: text and objects side by side, each leading to the other.
import { isTyping } from "./lib/dom";

/** Where in the original a point of the text pane stands, from the `data-start` of the segment around it. */
export function offsetOf(segmentStart: string | undefined, offset: number): number | null {
  const start = Number(segmentStart);
  return segmentStart === undefined || segmentStart === "" || !Number.isInteger(start) ? null : start + offset;
}

/** The neighbour of the active entry in a list; the first or last one where nothing is active. */
export function neighbour<T>(list: readonly T[], active: T | null, step: 1 | -1): T | null {
  if (list.length === 0) return null;
  const at = active === null ? -1 : list.indexOf(active);
  if (at < 0) return (step === 1 ? list[0] : list[list.length - 1]) ?? null;
  return list[Math.min(list.length - 1, Math.max(0, at + step))] ?? null;
}

class Reading {
  private active: string | null = null;

  constructor(private readonly host: HTMLElement) {
    host.addEventListener("click", (event) => this.onClick(event));
    document.addEventListener("keydown", (event) => this.onKey(event));
    document.addEventListener("selectionchange", () => this.onSelection());
    // After settling, not after swapping: until then htmx lends a new element the classes of the old one.
    host.addEventListener("htmx:afterSettle", () => this.afterChange());
    const named = location.hash.replace(/^#(?:o|at)-/, "") || host.dataset["open"] || "";
    if (named && this.card(named)) this.open(named, true);
    else this.showFirst();
    host.classList.add("is-ready");
  }

  private card(address: string): HTMLElement | null {
    return this.host.querySelector<HTMLElement>(`[data-object="${CSS.escape(address)}"]`);
  }

  private cards(): HTMLElement[] {
    return [...this.host.querySelectorAll<HTMLElement>("[data-object]")];
  }

  private marks(address: string): HTMLElement[] {
    return [...this.host.querySelectorAll<HTMLElement>(`[data-at~="${CSS.escape(address)}"]`)];
  }

  /** Makes an object the active one: both sides show it, the address names it. */
  private open(address: string, both: boolean): void {
    for (const shown of this.host.querySelectorAll(".is-active")) shown.classList.remove("is-active");
    this.active = address;
    const card = this.card(address);
    const marks = this.marks(address);
    card?.classList.add("is-active");
    for (const mark of marks) mark.classList.add("is-active");
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const how: ScrollIntoViewOptions = { block: "center", behavior: calm || both ? "auto" : "smooth" };
    if (marks[0]) this.scrollText(marks[0], how.behavior ?? "auto");
    card?.scrollIntoView({ ...how, block: "nearest" });
    history.replaceState(history.state, "", `${location.pathname}${location.search}#o-${address}`);
  }

  /** Brings the first marked words into the text pane, which often opens with a letter of transmittal. */
  private showFirst(): void {
    const first = this.host.querySelector<HTMLElement>("[data-at]");
    if (first) this.scrollText(first, "auto");
  }

  /** Scrolls the text pane alone, so that the page does not jump with it. */
  private scrollText(mark: HTMLElement, behavior: ScrollBehavior): void {
    const pane = mark.closest<HTMLElement>(".reading__text");
    if (!pane) return;
    const top = mark.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop;
    pane.scrollTo({ top: top - pane.clientHeight / 3, behavior });
  }

  private onClick(event: Event): void {
    const target = event.target instanceof Element ? event.target : null;
    const mark = target?.closest<HTMLElement>("[data-at]");
    if (mark) {
      event.preventDefault();
      if (document.getSelection()?.isCollapsed === false) return;
      this.open(this.nextAt(mark.dataset["at"] ?? ""), false);
      return;
    }
    const card = target?.closest<HTMLElement>("[data-object]");
    if (!card || card.classList.contains("is-editing")) return;
    const link = target?.closest("a, button, input, select");
    if (link && !link.hasAttribute("data-object-link")) return;
    if (link) event.preventDefault();
    this.open(card.dataset["object"] ?? "", false);
  }

  /** Of several objects on the same words, the one behind the active one, so that repeated clicks reach all. */
  private nextAt(addresses: string): string {
    const listed = addresses.split(" ").filter((one) => this.card(one));
    const at = this.active === null ? -1 : listed.indexOf(this.active);
    return listed[(at + 1) % listed.length] ?? addresses.split(" ")[0] ?? "";
  }

  private onKey(event: KeyboardEvent): void {
    if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const card = this.active === null ? null : this.card(this.active);
    const step = { j: 1, k: -1 }[event.key] as 1 | -1 | undefined;
    if (step) {
      const next = neighbour(this.cards(), card, step);
      if (next) this.open(next.dataset["object"] ?? "", false);
      event.preventDefault();
      return;
    }
    const tool = card?.querySelector<HTMLElement>(`[data-key="${CSS.escape(event.key)}"]`);
    if (!tool) return;
    event.preventDefault();
    tool.click();
  }

  /** After a card was replaced: its state shows in the text, and the keyboard stays where it was. */
  private afterChange(): void {
    for (const card of this.cards()) {
      const rejected = card.dataset["state"] === "rejected";
      for (const mark of this.marks(card.dataset["object"] ?? "")) mark.classList.toggle("mark--rejected", rejected);
    }
    const card = this.active === null ? null : this.card(this.active);
    card?.classList.add("is-active");
    card?.querySelector<HTMLElement>(".object__fields select, .object__fields input")?.focus();
  }

  /** Shows what can be added at the selected words. */
  private onSelection(): void {
    const bar = this.host.querySelector<HTMLElement>("[data-reading-pick]");
    if (!bar) return;
    const span = this.selected();
    bar.hidden = span === null;
    if (!span) return;
    for (const link of bar.querySelectorAll<HTMLAnchorElement>("a[data-pick-kind]")) {
      const url = new URL(link.href);
      url.searchParams.set("start", String(span[0]));
      url.searchParams.set("end", String(span[1]));
      link.href = url.href;
    }
  }

  private selected(): [number, number] | null {
    const selection = document.getSelection();
    const text = this.host.querySelector("[data-plan-text]");
    if (!selection || selection.isCollapsed || selection.rangeCount === 0 || !text) return null;
    const range = selection.getRangeAt(0);
    if (!text.contains(range.commonAncestorContainer)) return null;
    const start = placeIn(range.startContainer, range.startOffset);
    const end = placeIn(range.endContainer, range.endOffset);
    return start !== null && end !== null && end > start ? [start, end] : null;
  }
}

/** The offset in the original, in characters as the server counts them (code points). */
function placeIn(node: Node, offset: number): number | null {
  const segment = (node instanceof Element ? node : node.parentElement)?.closest<HTMLElement>("[data-start]");
  if (!segment) return null;
  const before = node instanceof Text ? [...node.data.slice(0, offset)].length : offset === 0 ? 0 : [...(segment.textContent ?? "")].length;
  return offsetOf(segment.dataset["start"], before);
}

export function setReading(host: HTMLElement): void {
  new Reading(host);
}
