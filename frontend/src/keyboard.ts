/** Shortcuts, and the list of them. */
import { element, isTyping } from "./lib/dom";
import { say } from "./lib/text";
import { switchTheme } from "./theme";

let pendingKey = "";

/** Single keys, and `g` followed by a letter for the links that carry `data-shortcut`. */
export function onShortcut(event: KeyboardEvent): void {
  if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const actions: Record<string, () => void> = { "/": focusSearch, "?": showShortcuts, t: switchTheme };
  const keys = `${pendingKey} ${event.key}`;
  const link = [...document.querySelectorAll<HTMLAnchorElement>("a[data-shortcut]")].find((one) => one.dataset["shortcut"] === keys);
  if (pendingKey && link) {
    event.preventDefault();
    link.click();
  } else if (!pendingKey && actions[event.key]) {
    event.preventDefault();
    actions[event.key]?.();
  }
  pendingKey = event.key === "g" ? "g" : "";
  if (pendingKey) setTimeout(() => (pendingKey = ""), 1_200);
}

function focusSearch(): void {
  const fields = [...document.querySelectorAll<HTMLElement>("[data-search], input[type=search]")];
  fields.find((field) => field.offsetParent !== null)?.focus();
}

function showShortcuts(): void {
  const rows: [string, string][] = [["/", say("shortcutSearch")], ["?", say("shortcutHelp")], ["t", say("shortcutTheme")], ["Esc", say("shortcutClose")]];
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-shortcut]")) {
    rows.push([link.dataset["shortcut"] ?? "", link.textContent?.trim() ?? ""]);
  }
  const list = element("dl", { class: "shortcuts" });
  for (const [keys, text] of rows) {
    const caps = element("dt");
    for (const key of keys.split(" ")) caps.append(element("kbd", {}, key), " ");
    list.append(caps, element("dd", {}, text));
  }
  const close = element("button", { class: "button", autofocus: true }, say("close"));
  const dialog = element("dialog", { class: "dialog", "aria-labelledby": "keys-title" },
    element("form", { method: "dialog" }, element("h2", { id: "keys-title" }, say("shortcuts")), list, element("div", { class: "dialog__actions" }, close)));
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
}
