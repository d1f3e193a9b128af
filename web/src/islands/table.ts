// Orders a table's rows by a column. The server has drawn it in a sensible order; the buttons appear only with JavaScript.

export function sortTables(): void {
  for (const table of document.querySelectorAll<HTMLTableElement>('table[data-island="sort"]')) {
    const heads = [...table.querySelectorAll<HTMLTableCellElement>("thead th")];
    heads.forEach((head, column) => addButton(table, heads, head, column));
  }
}

function addButton(table: HTMLTableElement, heads: HTMLTableCellElement[], head: HTMLTableCellElement, column: number): void {
  const words = head.textContent?.trim();
  if (!words) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "bz-sort";
  button.append(...head.childNodes);
  head.append(button);
  head.setAttribute("aria-sort", "none");
  button.title = `${table.dataset["sortBy"] ?? ""} ${words}`.trim();
  button.addEventListener("click", () => {
    // Numbers are mostly asked for from the largest, names from the first.
    const numeric = head.classList.contains("govuk-table__header--numeric");
    const was = head.getAttribute("aria-sort");
    const descending = was === "none" ? numeric : was === "ascending";
    for (const other of heads) if (other.hasAttribute("aria-sort")) other.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    sort(table, column, descending);
  });
}

function sort(table: HTMLTableElement, column: number, descending: boolean): void {
  const body = table.tBodies[0];
  if (!body) return;
  const language = document.documentElement.lang;
  const keyed = [...body.rows].map((row) => ({ row, key: key(row.cells[column]) }));
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null); // nothing comes last
    const order =
      typeof a.key === "number" && typeof b.key === "number"
        ? a.key - b.key
        : String(a.key).localeCompare(String(b.key), language, { numeric: true });
    return descending ? -order : order;
  });
  body.append(...keyed.map(({ row }) => row));
}

function key(cell: HTMLTableCellElement | undefined): number | string | null {
  const given = cell?.dataset["key"];
  if (given === "none") return null;
  if (given !== undefined) return Number.isNaN(Number(given)) ? given : Number(given);
  return cell?.textContent?.trim() ?? "";
}
