/** Light and dark: what holds, switching it, and paper. */
import { enhance } from "./lib/dom";

function currentTheme(): "light" | "dark" {
  const chosen = document.documentElement.dataset["theme"];
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export function switchTheme(): void {
  const next = currentTheme() === "dark" ? "light" : "dark";
  document.documentElement.dataset["theme"] = next;
  try {
    localStorage.setItem("cocontrol-theme", next);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error; // private windows may forbid storage; the switch still holds for this page
  }
  announceTheme();
}

function announceTheme(): void {
  document.dispatchEvent(new CustomEvent("cocontrol:theme"));
}

/** Paper is light: drawings are made again before printing, without movement, and once more after it. */
function startPrinting(): void {
  const root = document.documentElement;
  let before: string | undefined;
  window.addEventListener("beforeprint", () => {
    before = root.dataset["theme"];
    root.dataset["theme"] = "light";
    root.setAttribute("data-printing", "");
    announceTheme();
  });
  window.addEventListener("afterprint", () => {
    root.removeAttribute("data-printing");
    if (before) root.dataset["theme"] = before;
    else delete root.dataset["theme"];
    announceTheme();
  });
}

export function setThemeToggles(root: ParentNode): void {
  enhance<HTMLButtonElement>(root, "[data-theme-toggle]", (button) => {
    button.hidden = false;
    button.addEventListener("click", switchTheme);
  });
}

/** Once for the document: follows the system and the printer. */
export function startTheme(): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", announceTheme);
  startPrinting();
}
