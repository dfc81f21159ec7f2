/** The frame of every page: navigation, menus, tabs, help; and the start of what the other files hold. */
import { interceptConfirm, setAutosubmit, setCopies, setFileDrops, setPosts } from "./forms";
import { onShortcut } from "./keyboard";
import { element, enhance, icon } from "./lib/dom";
import { setThemeToggles, startTheme } from "./theme";

/* ---- navigation on a phone, menus ---- */

function setNavigation(root: ParentNode): void {
  enhance<HTMLElement>(root, "[data-nav-toggle]", (button) => {
    button.setAttribute("role", "button");
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const open = document.documentElement.classList.toggle("nav-open");
      button.setAttribute("aria-expanded", String(open));
      if (open) document.querySelector<HTMLElement>(".sidenav a")?.focus();
    });
  });
}

function closeNavigation(): void {
  if (!document.documentElement.classList.contains("nav-open")) return;
  document.documentElement.classList.remove("nav-open");
  const button = document.querySelector<HTMLElement>("[data-nav-toggle]");
  button?.setAttribute("aria-expanded", "false");
  button?.focus();
}

function closeMenus(except: EventTarget | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    if (!(except instanceof Node && menu.contains(except))) menu.open = false;
  }
}

/* ---- tabs inside a page, help ---- */

function setTabs(root: ParentNode): void {
  enhance<HTMLElement>(root, "[data-tabs]", (bar) => {
    const tabs = [...bar.querySelectorAll<HTMLAnchorElement>("a[href^='#']")];
    const panelOf = (tab: HTMLAnchorElement) => document.getElementById(tab.hash.slice(1));
    const show = (chosen: HTMLAnchorElement) => {
      for (const tab of tabs) {
        const isChosen = tab === chosen;
        tab.setAttribute("aria-selected", String(isChosen));
        tab.tabIndex = isChosen ? 0 : -1;
        panelOf(tab)?.toggleAttribute("hidden", !isChosen);
      }
      window.dispatchEvent(new Event("resize"));
    };
    bar.setAttribute("role", "tablist");
    for (const [index, tab] of tabs.entries()) {
      tab.setAttribute("role", "tab");
      panelOf(tab)?.setAttribute("role", "tabpanel");
      tab.addEventListener("click", (event) => {
        event.preventDefault();
        show(tab);
      });
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        const next = step && tabs[(index + step + tabs.length) % tabs.length];
        if (!next) return;
        show(next);
        next.focus();
      });
    }
    const first = tabs.find((tab) => tab.hash === location.hash) ?? tabs[0];
    if (first) show(first);
  });
}

function showHelp(button: HTMLElement): void {
  const open = document.querySelector(".popover");
  open?.remove();
  if (open?.id === button.getAttribute("aria-describedby")) {
    button.removeAttribute("aria-describedby");
    return;
  }
  const box = element("div", { class: "popover", role: "tooltip", id: `help-${Math.random().toString(36).slice(2)}` }, button.dataset["help"] ?? "");
  document.body.append(box);
  const at = button.getBoundingClientRect();
  box.style.left = `${Math.max(8, Math.min(at.left + scrollX, document.documentElement.clientWidth - box.offsetWidth - 8))}px`;
  box.style.top = `${at.bottom + scrollY + 6}px`;
  button.setAttribute("aria-describedby", box.id);
}

function closeAll(): void {
  closeMenus(null);
  closeNavigation();
  document.querySelector(".popover")?.remove();
}

/* ---- all of it ---- */

/** Once for the document. */
export function startShell(): void {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeAll();
    else onShortcut(event);
  });
  document.addEventListener("click", interceptConfirm, true);
  document.addEventListener("submit", interceptConfirm, true);
  document.addEventListener("click", (event) => {
    closeMenus(event.target);
    const help = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-help]") : null;
    if (help) showHelp(help);
    else document.querySelector(".popover")?.remove();
  });
  startTheme();
}

/** For the page and for each part that htmx brings. */
export function setShell(root: ParentNode): void {
  setThemeToggles(root);
  setNavigation(root);
  setAutosubmit(root);
  setFileDrops(root);
  setPosts(root);
  setCopies(root);
  setTabs(root);
  showOpenTab(root);
}

/** A long row of tabs begins where the open one is seen. */
function showOpenTab(root: ParentNode): void {
  for (const tab of root.querySelectorAll<HTMLElement>(".tabs > [aria-current]")) {
    const row = tab.parentElement;
    if (row && row.scrollWidth > row.clientWidth) row.scrollLeft = tab.offsetLeft - row.offsetLeft - row.clientWidth / 3;
  }
}

/** A button of the shell's kind, for other modules. */
export function toolButton(name: string, label: string, act: () => void): HTMLButtonElement {
  const button = element("button", { class: "icon-button button--small", type: "button", title: label, "aria-label": label }, icon(name));
  button.addEventListener("click", act);
  return button;
}
