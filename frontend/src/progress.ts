import { element, enhance } from "./lib/dom";
import { getJson, HttpFault } from "./lib/http";
import { say } from "./lib/text";

interface JobState {
  state: "queued" | "running" | "succeeded" | "failed" | "cancelled";
  fraction: number | null;
  message: string | null;
  detail: string | null;
  url: string | null;
}

const SHORTEST_PAUSE = 500;
const LONGEST_PAUSE = 5_000;
const GROWTH = 1.4;

/** The pause after the next question: longer each time nothing changed, short again when something did. */
export function nextPause(pause: number, changed: boolean): number {
  return changed ? SHORTEST_PAUSE : Math.min(LONGEST_PAUSE, pause * GROWTH);
}

function show(host: HTMLElement, job: JobState): void {
  const label = host.querySelector("[data-progress-label]");
  const detail = host.querySelector("[data-progress-detail]");
  const bar = host.querySelector("progress");
  if (label && job.message) label.textContent = job.message;
  if (detail) detail.textContent = job.detail ?? "";
  if (bar && job.fraction !== null) bar.value = job.fraction;
  if (bar && job.fraction === null && job.state === "running") bar.removeAttribute("value");
  host.classList.toggle("job--failed", job.state === "failed");
}

function finish(host: HTMLElement, job: JobState): void {
  if (host.hasAttribute("data-progress-reload")) {
    location.reload();
    return;
  }
  const bar = host.querySelector("progress");
  if (bar && job.state === "succeeded") bar.value = 1;
  if (job.url) host.append(element("p", {}, element("a", { class: "button button--small", href: job.url }, say("details"))));
}

/** True when the tab is seen; otherwise waits for that, so that a forgotten tab asks nothing. */
function whenVisible(): Promise<void> {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => document.addEventListener("visibilitychange", () => resolve(), { once: true }));
}

async function follow(host: HTMLElement): Promise<void> {
  const source = host.dataset["progress"] ?? "";
  let pause = SHORTEST_PAUSE;
  let before = "";
  while (host.isConnected) {
    await whenVisible();
    try {
      const job = await getJson<JobState>(source);
      const now = JSON.stringify(job);
      pause = nextPause(pause, now !== before);
      before = now;
      show(host, job);
      if (job.state !== "queued" && job.state !== "running") return finish(host, job);
    } catch (error) {
      if (!(error instanceof HttpFault)) throw error;
      show(host, { state: "running", fraction: null, message: null, detail: error.message, url: null });
      if (error.status >= 400 && error.status < 500) return;
      pause = nextPause(pause, false);
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

export function setProgress(root: ParentNode): void {
  enhance<HTMLElement>(root, "[data-progress]", (host) => void follow(host));
}
