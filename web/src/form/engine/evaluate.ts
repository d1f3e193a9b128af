// Evaluation of paths, operators and predicates; functions are next door.
//
// ["$", apex, def…] climbs from the node at hand to a definition and goes down by definitions; ["^", …] does so from the node the
// expression belongs to. ["/", base, step…] walks by names; ["[", base, predicate…] filters; ["i", n] is a list's document, ["doc"]
// the answers', ["."] the node at hand, ["c", name] a column of the row at hand. The rest are operators and functions by name.
import { functions } from "./functions";
import { Node, climb, text, walk } from "./node";
import type { Expr, Operation, Program, Step } from "./program";
import type { Rows } from "./rows";
import { type Value, toBoolean, toNumber, toText } from "./values";

/** Everything an expression can see. */
export interface World {
  program: Program;
  /** The document of the answers. */
  doc: Node;
  docs: Node[];
  rows: (Rows | undefined)[];
  now(): { ms: number; offset: number };
  random(): number;
  uuid(): string;
  /** A translated text by its id, in the language at hand. */
  itext(id: string): string;
  /** The label of a choice of the question at a path. */
  choiceName(value: string, path: string, from: Node): string;
}

/** The node at hand with its position and the size of its list, and the node the whole expression belongs to. */
export interface Focus { node: Node; position: number; size: number; own: Node; world: World }

export const focus = (world: World, own: Node, node = own): Focus => ({ node, position: 1, size: 1, own, world });

export function evaluate(expr: Expr, f: Focus): Value {
  if (typeof expr !== "object") return expr;
  if (!expr) return NaN;
  const op = operators[expr[0]];
  if (op) return op(expr, f);
  const call = functions[expr[0]];
  if (!call) throw Error(`there is no function ${expr[0]}`);
  return call(expr.slice(1) as Expr[], f);
}

export const textOf = (expr: Expr, f: Focus): string => {
  // Rows have thousands of cells, so one that is only read makes no node.
  if (f.node.rows && typeof expr === "object" && expr?.[0] === "c" && expr[1] !== "itextId") return f.node.rows.cell(f.node.row, expr[1] as string);
  return toText(evaluate(expr, f));
};
export const numberOf = (expr: Expr, f: Focus): number => toNumber(evaluate(expr, f));
export const holds = (expr: Expr, f: Focus): boolean => toBoolean(evaluate(expr, f));

export function nodesOf(expr: Expr, f: Focus): Node[] {
  const value = evaluate(expr, f);
  if (typeof value !== "object") throw Error("a path is wanted here");
  return value;
}

type Operator = (e: Operation, f: Focus) => Value;
const arithmetic = (act: (a: number, b: number) => number): Operator => (e, f) => act(numberOf(e[1] as Expr, f), numberOf(e[2] as Expr, f));
const comparison = (sign: string): Operator => (e, f) => compare(sign, evaluate(e[1] as Expr, f), evaluate(e[2] as Expr, f));

const operators: Record<string, Operator> = {
  or: (e, f) => e.slice(1).some((part) => holds(part as Expr, f)),
  and: (e, f) => e.slice(1).every((part) => holds(part as Expr, f)),
  "|": (e, f) => ordered(e.slice(1).flatMap((part) => nodesOf(part as Expr, f))),
  "+": arithmetic((a, b) => a + b),
  "-": arithmetic((a, b) => a - b),
  "*": arithmetic((a, b) => a * b),
  div: arithmetic((a, b) => a / b),
  mod: arithmetic((a, b) => a % b),
  neg: (e, f) => -numberOf(e[1] as Expr, f),
  "$": (e, f) => down(f.node, e as unknown as Resolved),
  "^": (e, f) => down(f.own, e as unknown as Resolved),
  "/": (e, f) => {
    const steps = e.slice(2) as Step[];
    let nodes: Node[];
    if ((e[1] as Operation)[0] === "abs") nodes = [contextual(steps, f)];
    else nodes = nodesOf(e[1] as Expr, f);
    for (const step of steps) nodes = take(nodes, step, f);
    return nodes;
  },
  "[": (e, f) => e.slice(2).reduce((nodes: Node[], predicate) => kept(nodes, predicate as Expr, f), nodesOf(e[1] as Expr, f)),
  i: (e, f) => [f.world.docs[e[1] as number]!],
  doc: (_, f) => [f.world.doc],
  ".": (_, f) => [f.node],
  c: (e, f) => f.node.kids.filter((kid) => kid.name === e[1] && !kid.hidden && !kid.attribute),
};
for (const sign of ["=", "!=", "<", "<=", ">", ">="]) operators[sign] = comparison(sign);

type Resolved = [string, number, ...number[]];

function down(from: Node, path: Resolved): Node[] {
  const top = climb(from, path[1]);
  let nodes = top ? [top] : [];
  for (let i = 2; i < path.length; i += 1) {
    const next: Node[] = [];
    for (const node of nodes) for (const kid of node.kids) if (kid.def === path[i] && !kid.hidden) next.push(kid);
    nodes = next;
  }
  return nodes;
}

/** OpenRosa: inside a repeat `/data/member/age` means the age of the same member; the last step stays open. Takes the shared steps away. */
function contextual(steps: Step[], f: Focus): Node {
  const chain: Node[] = [];
  for (let node: Node | null = f.own; node?.up; node = node.up) chain.unshift(node);
  let at = f.world.doc;
  for (const next of chain) {
    if (steps.length < 2 || steps[0] !== next.name || next.attribute) break;
    at = next;
    steps.shift();
  }
  return at;
}

function take(nodes: Node[], step: Step, f: Focus): Node[] {
  const [axis, test, ...predicates] = typeof step === "string" ? (["child", step] as const) : step;
  const found = axis === "child" && nodes.length === 1 && looked(nodes[0]!, predicates as Expr[], f);
  if (found) return found;
  const all: Node[] = [];
  for (const from of nodes) {
    let near = axis === "child" && test === "#" ? [from].filter((n) => n.value) : along(from, axis);
    if (test === "*") near = near.filter((n) => n.name);
    else if (test === "#") near = near.filter((n) => n.value);
    else if (test) near = near.filter((n) => n.name === test);
    for (const predicate of predicates as Expr[]) near = kept(near, predicate, f);
    all.push(...near);
  }
  return nodes.length === 1 && /^(child|self|@)/.test(axis) ? all : ordered(all);
}

/** Answers `item[column = value]` of a list from its index. */
function looked(from: Node, [first, ...rest]: Expr[], f: Focus): Node[] | undefined {
  if (!from.rows || from !== from.rows.root || !Array.isArray(first) || first[0] !== "=") return;
  const [, column, wanted] = first as [string, Expr, Expr];
  if (!Array.isArray(column) || column[0] !== "c" || !(typeof wanted === "string" || (Array.isArray(wanted) && wanted[0] === "^"))) return;
  const value = evaluate(wanted, f);
  if (typeof value === "object" && value.length > 1) return;
  return rest.reduce((nodes: Node[], predicate) => kept(nodes, predicate, f), from.rows.find(column[1] as string, toText(value)));
}

function kept(nodes: Node[], predicate: Expr, f: Focus): Node[] {
  const size = nodes.length;
  return nodes.filter((node, i) => {
    const value = evaluate(predicate, { node, position: i + 1, size, own: f.own, world: f.world });
    return typeof value === "number" ? value === i + 1 : toBoolean(value);
  });
}

/** The nodes on an axis, nearest first. */
function along(from: Node, axis: string): Node[] {
  const seen = (node: Node) => !node.hidden && !node.attribute;
  const below = (top: Node, out: Node[] = []): Node[] => {
    for (const kid of top.kids) {
      if (seen(kid)) out.push(kid);
      if (!kid.attribute) below(kid, out);
    }
    return out;
  };
  const above: Node[] = [];
  for (let node = from.up; node; node = node.up) above.push(node);
  const siblings = from.up && !from.attribute ? from.up.kids : [];
  const at = siblings.indexOf(from);
  const all = () => below(above[above.length - 1] ?? from);
  switch (axis) {
    case "child": return from.kids.filter(seen);
    case "@": return from.kids.filter((kid) => kid.attribute);
    case "self": return [from];
    case "parent": return above.slice(0, 1);
    case "ancestor": return above;
    case "ancestor-or-self": return [from, ...above];
    case "descendant": return below(from);
    case "descendant-or-self": return [from, ...below(from)];
    case "following-sibling": return siblings.slice(at + 1).filter(seen);
    case "preceding-sibling": return siblings.slice(0, Math.max(at, 0)).filter(seen).reverse();
    case "following": {
      const own = new Set([from, ...below(from)]);
      const list = all();
      return list.slice(list.indexOf(from) + 1).filter((n) => !own.has(n));
    }
    default: {
      const list = all();
      return list.slice(0, Math.max(list.indexOf(from), 0)).filter((n) => !above.includes(n)).reverse();
    }
  }
}

/** Sorts into document order and drops repetitions. */
function ordered(nodes: Node[]): Node[] {
  if (nodes.length < 2) return nodes;
  const left = new Set(nodes), out: Node[] = [];
  for (const node of left) {
    let top = node;
    while (top.up) top = top.up;
    walk(top, (n) => left.delete(n) && out.push(n));
  }
  return out;
}

/** Compares as XPath 1.0 section 3.4 says: a node-set holds when any of its nodes does. */
function compare(sign: string, left: Value, right: Value): boolean {
  const equality = sign === "=" || sign === "!=";
  if (typeof left === "boolean" || typeof right === "boolean") return single(sign, true, toBoolean(left), toBoolean(right));
  const numeric = !equality || typeof left === "number" || typeof right === "number";
  // OpenRosa departs from XPath: a question that is not relevant has the value "".
  const each = (value: Value): Value[] => (typeof value !== "object" ? [value] : value.length ? value.map(text) : [""]);
  const rights = each(right);
  return each(left).some((a) => rights.some((b) => single(sign, numeric, a, b)));
}

function single(sign: string, numeric: boolean, left: Value, right: Value): boolean {
  const [a, b] = numeric ? [toNumber(left), toNumber(right)] : [toText(left), toText(right)];
  switch (sign) {
    case "=": return a === b;
    case "!=": return a !== b;
    case "<": return a < b;
    case "<=": return a <= b;
    case ">": return a > b;
    default: return a >= b;
  }
}
