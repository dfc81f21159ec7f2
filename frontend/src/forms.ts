/** Forms that submit themselves, files that are dropped, questions before deeds, copying. */
import { element, enhance } from "./lib/dom";
import { post } from "./lib/http";
import { say } from "./lib/text";
import { toast } from "./toasts";

const TYPING_PAUSE = 400;

export function setAutosubmit(root: ParentNode): void {
  enhance<HTMLFormElement>(root, "form[data-autosubmit]", (form) => {
    let timer = 0;
    form.addEventListener("change", () => {
      clearTimeout(timer);
      form.requestSubmit();
    });
    form.addEventListener("input", (event) => {
      if (!(event.target instanceof HTMLInputElement) || !/^(text|search|number)$/.test(event.target.type)) return;
      clearTimeout(timer);
      timer = window.setTimeout(() => form.requestSubmit(), TYPING_PAUSE);
    });
  });
}

export function setFileDrops(root: ParentNode): void {
  enhance<HTMLElement>(root, "[data-filedrop]", (drop) => {
    const input = drop.querySelector<HTMLInputElement>("input[type=file]");
    const name = drop.querySelector<HTMLElement>("[data-filedrop-name]");
    if (!input) return;
    const show = () => {
      if (name) name.textContent = [...(input.files ?? [])].map((file) => `${file.name} · ${(file.size / 1024).toFixed(0)} kB`).join("\n");
    };
    input.addEventListener("change", show);
    for (const kind of ["dragenter", "dragover", "dragleave", "drop"] as const) {
      drop.addEventListener(kind, (event) => {
        event.preventDefault();
        drop.classList.toggle("is-over", kind === "dragenter" || kind === "dragover");
      });
    }
    drop.addEventListener("drop", (event) => {
      if (!event.dataTransfer?.files.length) return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });
}

/** A dialog with a question; resolves to the answer. */
export function askFirst(question: string): Promise<boolean> {
  const yes = element("button", { class: "button button--primary", value: "yes" }, say("confirm"));
  const no = element("button", { class: "button", value: "no", autofocus: true }, say("cancel"));
  const form = element("form", { method: "dialog" }, element("h2", { id: "ask-title" }, say("confirmTitle")),
    element("p", {}, question), element("div", { class: "dialog__actions" }, no, yes));
  const dialog = element("dialog", { class: "dialog", "aria-labelledby": "ask-title" }, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

const agreed = new WeakSet<Element>();

/** Stops a click or submit of `data-confirm` until the user agrees, then repeats it. */
export function interceptConfirm(event: Event): void {
  const origin = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-confirm]") : null;
  if (!origin || agreed.delete(origin)) return;
  if (event.type === "click" && origin instanceof HTMLFormElement) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  void askFirst(origin.dataset["confirm"] ?? "").then((yes) => {
    if (!yes) return;
    agreed.add(origin);
    if (origin instanceof HTMLFormElement) origin.requestSubmit((event as SubmitEvent).submitter);
    else origin.click();
  });
}

export function setPosts(root: ParentNode): void {
  enhance<HTMLButtonElement>(root, "button[data-post]", (button) => {
    button.addEventListener("click", () => {
      button.disabled = true;
      post(button.dataset["post"] ?? "").then(
        (response) => (response.redirected ? location.assign(response.url) : location.reload()),
        (error: Error) => {
          button.disabled = false;
          toast({ level: "bad", text: error.message });
        },
      );
    });
  });
}

export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast({ level: "ok", text: say("copied") });
  } catch (error) {
    if (!(error instanceof DOMException || error instanceof TypeError)) throw error; // no permission, or no secure context
    toast({ level: "warn", text: say("copyFailed") });
  }
}

export function setCopies(root: ParentNode): void {
  enhance<HTMLButtonElement>(root, "[data-copy], [data-copy-from]", (button) => {
    button.addEventListener("click", () => {
      const from = button.dataset["copyFrom"];
      void copyText(from ? (document.querySelector(from)?.textContent ?? "") : (button.dataset["copy"] ?? ""));
    });
  });
}
