import { element, enhance } from "./lib/dom";
import { copyText } from "./forms";

/** Value of a cell for sorting: `data-value`, else the text; null when the cell holds no value. */
export function sortValue(cell: HTMLElement | undefined, kind: "number" | "text"): number | string | null {
  const text = (cell?.dataset["value"] ?? cell?.textContent ?? "").trim();
  if (kind === "text") return text === "" || text === "—" ? null : text;
  const number = Number(text.replace(/[\s,]/g, "").replace("−", "-"));
  return text === "" || Number.isNaN(number) ? null : number;
}

/** Ascending order with empty values last in both directions. */
export function compareValues(a: number | string | null, b: number | string | null, direction: 1 | -1): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (typeof a === "number" && typeof b === "number") return (a - b) * direction;
  return String(a).localeCompare(String(b), document.documentElement.lang || "zh", { numeric: true }) * direction;
}

function sortBy(table: HTMLTableElement, head: HTMLTableCellElement): void {
  const direction = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  const kind = head.dataset["sort"] === "number" ? "number" : "text";
  for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", direction === 1 ? "ascending" : "descending");
  for (const body of table.tBodies) {
    const rows = [...body.rows].map((row) => ({ row, value: sortValue(row.cells[head.cellIndex], kind) }));
    rows.sort((a, b) => compareValues(a.value, b.value, direction));
    body.append(...rows.map(({ row }) => row));
  }
}

function setSorting(table: HTMLTableElement): void {
  for (const head of table.querySelectorAll<HTMLTableCellElement>("thead th[data-sort]")) {
    head.classList.add("is-sortable");
    const button = element("button", { class: "sort", type: "button" });
    button.append(...head.childNodes);
    // A help button may not stand inside another button.
    const help = [...button.querySelectorAll("button, a")];
    head.append(button, ...help);
    button.addEventListener("click", () => sortBy(table, head));
  }
}

function setFilter(input: HTMLInputElement): void {
  const table = document.getElementById(input.dataset["tableFilter"] ?? "");
  if (!(table instanceof HTMLTableElement)) return;
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase().split(/\s+/);
    for (const body of table.tBodies) {
      for (const row of body.rows) {
        const text = row.textContent?.toLowerCase() ?? "";
        row.classList.toggle("is-hidden", !wanted.every((word) => text.includes(word)));
      }
    }
  });
}

/** The visible rows as tab-separated text: numbers in full as in `data-value`, ready for a spreadsheet. */
export function tableText(table: HTMLTableElement): string {
  return [...table.rows]
    .filter((row) => !row.classList.contains("is-hidden"))
    .map((row) => [...row.cells].map((cell) => (cell.dataset["value"] ?? cell.textContent ?? "").trim().replace(/\s+/g, " ")).join("\t"))
    .join("\n");
}

export function setTables(root: ParentNode): void {
  enhance<HTMLTableElement>(root, "table[data-table]", setSorting);
  enhance<HTMLInputElement>(root, "[data-table-filter]", setFilter);
  enhance<HTMLButtonElement>(root, "[data-table-copy]", (button) => {
    const table = document.getElementById(button.dataset["tableCopy"] ?? "");
    if (!(table instanceof HTMLTableElement)) return;
    button.hidden = false;
    button.addEventListener("click", () => void copyText(tableText(table)));
  });
}
