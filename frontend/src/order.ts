/** A list whose rows are dragged into another order: the form goes out with its fields in the new one. The buttons of the rows do the same without a mouse. */
export function setOrder(list: HTMLElement): void {
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
