// Everything a page needs at once. Charts and maps come later, and only where the page has some.
import htmx from "htmx.org";
import { startDrawer } from "./drawer";
import { enhance } from "./lib/dom";
import { csrfToken } from "./lib/http";
import { say } from "./lib/text";
import { setOrder } from "./order";
import { setProgress } from "./progress";
import { setShell, startShell } from "./shell";
import { setTables } from "./tables";
import { setToasts, toast, type Toast } from "./toasts";

function startHtmx(): void {
  Object.assign(htmx.config, { allowEval: false, includeIndicatorStyles: false, selfRequestsOnly: true, allowScriptTags: false, historyCacheSize: 0, scrollBehavior: "auto" });
  document.addEventListener("htmx:configRequest", (event) => {
    const { detail } = event as CustomEvent<{ headers: Record<string, string> }>;
    detail.headers["X-CSRFToken"] = csrfToken();
  });
  const busy = (state: boolean) => (event: Event) => {
    const target = (event as CustomEvent<{ target?: Element }>).detail.target;
    if (target) target.toggleAttribute("aria-busy", state);
    if (target && state) target.setAttribute("aria-busy", "true");
  };
  document.addEventListener("htmx:beforeRequest", busy(true));
  document.addEventListener("htmx:afterRequest", busy(false));
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail;
    toast({ level: "bad", text: `${say("failed")} (${xhr.status})` });
  });
  document.addEventListener("htmx:sendError", () => toast({ level: "bad", text: say("offline") }));
  document.addEventListener("toast", (event) => toast((event as CustomEvent<Toast>).detail));
  document.addEventListener("htmx:load", (event) => setPart((event as CustomEvent<{ elt: HTMLElement }>).detail.elt));
}

/** Fetches the module only when the part has something for it. */
function setHeavyParts(root: ParentNode): void {
  enhance<HTMLElement>(root, "[data-chart]", (host) => void import("./charts/chart").then(({ setChart }) => setChart(host)));
  enhance<HTMLElement>(root, "[data-grid-map]", (host) => void import("./map/grid").then(({ setGridMap }) => setGridMap(host)));
  enhance<HTMLElement>(root, "[data-map]:not([data-grid-map])", (host) => void import("./map/map").then(({ setMap }) => setMap(host)));
  enhance<HTMLElement>(root, "[data-reading]", (host) => void import("./reading").then(({ setReading }) => setReading(host)));
}

function setPart(root: ParentNode): void {
  setShell(root);
  setTables(root);
  setToasts(root);
  setProgress(root);
  enhance<HTMLElement>(root, "[data-order]", setOrder);
  setHeavyParts(root);
}

startHtmx();
startShell();
setPart(document.body);
startDrawer();
