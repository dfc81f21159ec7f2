import { element, enhance, icon } from "./lib/dom";
import { post } from "./lib/http";
import { say } from "./lib/text";

export type ToastLevel = "ok" | "info" | "warn" | "bad";
export interface Toast {
  level: ToastLevel;
  text: string;
  undo?: string;
  undoText?: string;
}

function region(): HTMLElement {
  const present = document.querySelector<HTMLElement>(".toasts");
  if (present) return present;
  const made = element("div", { class: "toasts no-print", role: "status", "aria-live": "polite" });
  document.body.append(made);
  return made;
}

/** Shows a message that goes by itself, later for faults and for what can be undone. */
export function toast(message: Toast): void {
  const close = element("button", { class: "icon-button button--small", type: "button", "aria-label": say("close") }, icon("close"));
  const box = element("div", { class: `toast toast--${message.level}` }, element("div", {}, message.text));
  if (message.undo) box.append(undoButton(message.undo, message.undoText ?? say("undo"), box));
  box.append(close);
  region().append(box);
  let timer = setTimeout(() => box.remove(), message.level === "bad" || message.undo ? 10_000 : 5_000);
  box.addEventListener("pointerenter", () => clearTimeout(timer));
  box.addEventListener("pointerleave", () => (timer = setTimeout(() => box.remove(), 3_000)));
  close.addEventListener("click", () => box.remove());
}

function undoButton(url: string, text: string, box: HTMLElement): HTMLButtonElement {
  const button = element("button", { class: "button button--small", type: "button" }, text);
  button.addEventListener("click", () => {
    button.disabled = true;
    post(url).then(() => location.reload(), (error: Error) => {
      box.remove();
      toast({ level: "bad", text: error.message });
    });
  });
  return button;
}

/** Lifts server messages (`data-toast`) out of the page; a fault stays where it stands as well. */
export function setToasts(root: ParentNode): void {
  enhance<HTMLElement>(root, "[data-toast]", (source) => {
    const level = (source.dataset["toast"] ?? "info") as ToastLevel;
    toast({ level, text: source.textContent?.trim() ?? "" });
    if (level !== "bad") source.remove();
  });
}
