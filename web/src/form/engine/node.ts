// The tree that expressions walk: the answers, and the secondary instances beside them.
import type { Branch, Tree } from "./program";
import type { Rows } from "./rows";

/** An element or attribute. Elements hold a value or children; a document is the parent of its root. */
export class Node {
  readonly name: string;
  /** The definition, -1 outside the answers. */
  readonly def: number;
  readonly attribute: boolean;
  value: string;
  up: Node | null;
  /** What its own rule says of its relevance. */
  own = true;
  /** Whether it or an ancestor is not relevant. */
  hidden = false;
  /** Whether it has been removed. */
  gone = false;
  /** What is wrong with its value; undefined when nobody has looked. */
  wrong: unknown;
  /** How often something at or below it has come, gone or changed its relevance. */
  shape = 0;
  /** Of an entry of a repeat: its pages, as they were laid out last. */
  laid: unknown;
  /** Of a row: where its cells are. */
  rows?: Rows;
  row = 0;
  private below?: Node[];
  private fill?: () => Node[];

  constructor(name: string, up: Node | null, value = "", def = -1, attribute = false) {
    this.name = name;
    this.up = up;
    this.value = value;
    this.def = def;
    this.attribute = attribute;
  }

  get kids(): Node[] {
    return (this.below ??= this.fill ? this.fill() : []);
  }

  /** Puts off making the children until somebody looks. */
  later(fill: () => Node[]): void {
    this.fill = fill;
    this.below = undefined;
  }
}

interface Names { name: string; attribute?: 1 }

/** Makes a branch of the answers. */
export function grow(defs: readonly Names[], tree: Tree, up: Node | null): Node {
  const [def, inside, value] = typeof tree === "number" ? ([tree] as [number, undefined?, undefined?]) : tree;
  const own = defs[def]!;
  const node = new Node(own.name, up, typeof inside === "string" ? inside : (value ?? ""), def, !!own.attribute);
  if (typeof inside === "object") for (const kid of inside) node.kids.push(grow(defs, kid, node));
  return node;
}

/** Makes a document that is no table. */
export function graft([name, inside, attributes]: Branch, up: Node): Node {
  const node = new Node(name, up, typeof inside === "string" ? inside : "");
  for (const key in attributes) node.kids.push(new Node(key, node, attributes[key], -1, true));
  if (typeof inside !== "string") for (const kid of inside) node.kids.push(graft(kid, node));
  return node;
}

/** Visits a node and everything below it in document order, attributes included. */
export function walk(top: Node, see: (node: Node) => void): void {
  see(top);
  for (const kid of top.kids) walk(kid, see);
}

/** The text of a node and of everything below it that expressions can see. */
export function text(node: Node): string {
  let out = node.value;
  for (const kid of node.kids) if (!kid.hidden && !kid.attribute) out += text(kid);
  return out;
}

/** Finds the node or ancestor of a definition. */
export function climb(node: Node | null, def: number): Node | null {
  while (node && node.def !== def) node = node.up;
  return node;
}

/** 1 plus the number of earlier siblings of the same name. */
export function position(node: Node): number {
  let n = 1;
  for (const kid of node.up && !node.attribute ? node.up.kids : []) {
    if (kid === node) break;
    if (kid.name === node.name) n += 1;
  }
  return n;
}
