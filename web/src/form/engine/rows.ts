// Lists by columns. Rows become nodes only when an expression walks over them; equal values are found by an index.
import type { Program, Table, Text } from "./program";
import { Node, graft } from "./node";
import type { ListQuery } from "./api";
import { parse } from "./xml";

export const ITEXT = "itextId";

export class Rows {
  n = 0;
  /** Whether every row is here. */
  whole = false;
  words: Text[][] | undefined;
  private readonly columns = new Map<string, string[]>();
  private readonly indexes = new Map<string, Map<string, number[]>>();
  private readonly items: Node[] = [];
  private readonly answered = new Set<string>();
  private readonly known = new Set<string>();

  constructor(
    readonly list: string,
    readonly root: Node,
    private readonly item: string,
    private readonly miss: (query: ListQuery) => void,
  ) {
    root.later(() => this.all());
  }

  /** Adds rows that are not here yet. */
  add(table: Table, query?: ListQuery): void {
    const size = table.cells[0]?.length ?? table.words?.[0]?.length ?? 0;
    // A list that comes whole has no row twice; a page of one may have been here before.
    const pick: number[] = [];
    for (let row = 0; row < size; row += 1) {
      const key = query && JSON.stringify(table.cells.map((cells) => cells[row]));
      if (key) {
        if (this.known.has(key)) continue;
        this.known.add(key);
      }
      pick.push(row);
    }
    table.columns.forEach((name, i) => {
      const cells = this.columns.get(name) ?? this.columns.set(name, Array(this.n).fill("")).get(name)!;
      for (const row of pick) cells.push(table.cells[i]![row]!);
    });
    if (table.words) {
      this.words ??= table.words.map(() => []);
      table.words.forEach((words, language) => pick.forEach((row, i) => (this.words![language]![this.n + i] = words[row] ?? null)));
    }
    this.n += pick.length;
    this.indexes.clear();
    this.root.later(() => this.all());
    if (!query) this.whole = true;
    else if (query.column !== undefined) this.answered.add(query.column + "\n" + query.value);
  }

  /** Forgets every row. */
  clear(): void {
    this.n = this.items.length = 0;
    this.columns.clear();
    this.known.clear();
    this.words = undefined;
  }

  cell(row: number, column: string): string {
    return this.columns.get(column)?.[row] ?? "";
  }

  /** Finds the rows where a column has a value. */
  find(column: string, value: string): Node[] {
    if (!this.whole && !this.answered.has(column + "\n" + value)) this.miss({ list: this.list, column, value });
    let index = this.indexes.get(column);
    if (!index) {
      index = new Map();
      const cells = this.columns.get(column);
      for (let row = 0; row < this.n; row += 1) {
        const cell = cells?.[row] ?? "";
        const found = index.get(cell);
        if (found) found.push(row);
        else index.set(cell, [row]);
      }
      this.indexes.set(column, index);
    }
    return (index.get(value) ?? []).map((row) => this.at(row));
  }

  private all(): Node[] {
    if (!this.whole) this.miss({ list: this.list });
    return Array.from({ length: this.n }, (_, row) => this.at(row));
  }

  private at(row: number): Node {
    const known = this.items[row];
    if (known) return known;
    const node = new Node(this.item, this.root);
    node.rows = this;
    node.row = row;
    node.later(() => {
      const cells = [...this.columns].map(([name, cells]) => new Node(name, node, cells[row]));
      if (this.words) cells.push(new Node(ITEXT, node, `${this.list}#${row}`));
      return cells;
    });
    return (this.items[row] = node);
  }
}

/** The secondary instances, in the program's order: each a document. */
export function instances(
  program: Program,
  given: Record<string, Table>,
  lastSaved: string | undefined,
  miss: (query: ListQuery) => void,
): { docs: Node[]; rows: (Rows | undefined)[] } {
  const rows: (Rows | undefined)[] = [];
  const docs = program.lists.map((list, i) => {
    const doc = new Node("", null);
    if (list.tree) doc.kids.push(graft(list.tree, doc));
    else if (list.lastSaved) {
      if (lastSaved) doc.kids.push(graft(parse(lastSaved), doc));
    } else if (list.table || list.file || list.rows !== undefined || given[list.id]) {
      const [root, item] = list.names ?? ["root", "item"];
      const top = new Node(root, doc);
      doc.kids.push(top);
      const own = (rows[i] = new Rows(list.id, top, item, miss));
      const table = list.table ?? given[list.id];
      if (table) own.add(table);
      top.rows = own;
    }
    return doc;
  });
  return { docs, rows };
}
