/** A list whose rows are dragged into another order: the form goes out with its fields in the new one. The buttons of the rows do the same without a mouse. */
export function setOrder(list: HTMLElement): void {
  keepFocus(list);
  const rows = () => [...list.querySelectorAll<HTMLElement>("[data-order-row]")];
  let dragged: HTMLElement | null = null;
  const clear = () => rows().forEach((row) => row.classList.remove("is-target", "is-dragged"));
  for (const row of rows()) row.draggable = true;
  list.addEventListener("dragstart", (event) => {
    dragged = rowOf(event);
    dragged?.classList.add("is-dragged");
    event.dataTransfer?.setData("text/plain", dragged?.textContent ?? "");
  });
  list.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    rows().forEach((row) => row.classList.toggle("is-target", row === rowOf(event) && row !== dragged));
  });
  list.addEventListener("dragend", clear);
  list.addEventListener("drop", (event) => {
    event.preventDefault();
    const target = rowOf(event);
    clear();
    if (!dragged || !target || target === dragged) return;
    const all = rows();
    if (all.indexOf(dragged) < all.indexOf(target)) target.after(dragged);
    else target.before(dragged);
    dragged = null;
    list.closest("form")?.requestSubmit();
  });
}

function rowOf(event: Event): HTMLElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLElement>("[data-order-row]") : null;
}

const MOVED = "cocontrol.moved";

/** After a move the page comes anew: the button that was pressed (or its neighbour, at an end) has the focus again. */
function keepFocus(list: HTMLElement): void {
  const pressed = sessionStorage.getItem(MOVED);
  sessionStorage.removeItem(MOVED);
  const again = pressed ? list.querySelector<HTMLButtonElement>(`button[value="${CSS.escape(pressed)}"]`) : null;
  const able = again?.disabled ? again.parentElement?.querySelector<HTMLButtonElement>("button:enabled") : again;
  able?.focus();
  list.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLButtonElement>('button[name="move"]') : null;
    if (button) sessionStorage.setItem(MOVED, button.value);
  });
}
