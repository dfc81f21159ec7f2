/** Small builders and finders; nothing here knows what the page is about. */

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null | undefined>;

/** An element with attributes and children. `true` gives an empty attribute, `null`, `undefined` and `false` none. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false && child !== ""));
  return made;
}

/** An icon of the sprite, which stands beside the module. */
export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${spriteUrl()}#${name}`);
  svg.append(use);
  return svg;
}

function spriteUrl(): string {
  const shown = document.querySelector("use[href*='icons']")?.getAttribute("href");
  return shown ? (shown.split("#")[0] ?? "") : new URL("./icons.svg", import.meta.url).pathname;
}

const done = new WeakMap<Element, Set<string>>();

/** Calls `set` once for every element under `root` (itself included) that matches, however often it is asked. */
export function enhance<E extends Element>(root: ParentNode, selector: string, set: (found: E) => void): void {
  const found = [...root.querySelectorAll<E>(selector)];
  if (root instanceof Element && root.matches(selector)) found.unshift(root as unknown as E);
  for (const one of found) {
    const names = done.get(one) ?? new Set<string>();
    if (names.has(selector)) continue;
    done.set(one, names.add(selector));
    set(one);
  }
}

/** The JSON in the element's own `<script type="application/json">`, if there is one. */
export function inlineJson<T>(host: Element): T | null {
  const script = host.querySelector(":scope > script[type='application/json']");
  return script?.textContent ? (JSON.parse(script.textContent) as T) : null;
}

/** Saves bytes as a file in the user's download folder. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = element("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** True while the user types, so that single-key shortcuts keep quiet. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
