// The answers of one person, kept true to the rules: a change sets off only what hangs on it.
import { dateOf, dateTimeOf } from "./dates";
import { type World, evaluate, focus } from "./evaluate";
import { functions, kit } from "./functions";
import { Node, climb, grow, position, text, walk } from "./node";
import type { Branch, Expr, Program } from "./program";
import type { Options, Trouble } from "./api";
import { instances } from "./rows";
import { type Value, writeNumber } from "./values";
import { escaped, parse } from "./xml";

/** Most entries one repeat may have. */
const MOST_REPEATS = 2000;

/** Most evaluations one change may set off, for each node there is. */
const MOST_ROUNDS = 200;

export type Filling = ReturnType<typeof open>;

export function open(program: Program, options: Options, xml?: string) {
  Object.assign(functions, options.rare?.(kit()));
  const { defs, rules, actions } = program;
  const now = options.now ?? (() => ({ ms: Date.now(), offset: -new Date().getTimezoneOffset() }));
  const random = options.random ?? Math.random;
  const uuid = options.uuid ?? (() => crypto.randomUUID?.() ?? "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/g, () => Math.floor(random() * 16).toString(16)));

  /** Rows that were looked for in lists that are not whole, by what they are. */
  const missing = new Map<string, { list: string; column?: string; value?: string }>();
  const troubles = new Map<string, Trouble>();
  const doc = new Node("", null);
  const { docs, rows } = instances(program, options.lists ?? {}, options.lastSaved, (query) => missing.set(JSON.stringify(query), query));
  const state = { language: 0, changes: 0 };
  const world = { program, doc, docs, rows, now, random, uuid } as World;

  /** Rules that read a definition, or a list at -1 - its position: [rule, apex]. */
  const readers = new Map<number, [number, number][]>();
  /** Rules evaluated at a definition. */
  const rulesAt = new Map<number, number[]>();
  const push = <K, V>(map: Map<K, V[]>, key: K, value: V) => void (map.get(key)?.push(value) ?? map.set(key, [value]));
  rules.forEach(([, at, , reads], i) => {
    push(rulesAt, at, i);
    for (let n = 0; n < reads.length; n += 2) push(readers, reads[n]!, [i, reads[n + 1]!]);
  });
  const dirty: (Set<Node> | undefined)[] = [];
  let lowest = 0, nodes = 0;

  const repeatOf = (def: number) => defs[def]!.repeat;
  const ways: Map<number, number[] | undefined>[] = defs.map(() => new Map());
  /** The definitions from below one down to another; undefined when it does not stand there. */
  const below = (def: number, top: number): number[] | undefined => {
    const known = ways[def]!;
    if (known.has(top)) return known.get(top);
    let way: number[] | undefined = [];
    for (let at: number | undefined = def; at !== top; at = defs[at]!.parent) {
      if (at === undefined) {
        way = undefined;
        break;
      }
      way.unshift(at);
    }
    known.set(top, way);
    return way;
  };
  /** The definitions directly below each. */
  const standing: number[][] = defs.map(() => []);
  defs.forEach(({ parent }, i) => {
    if (parent !== undefined) standing[parent]!.push(i);
  });

  /** Lists the nodes of a definition at or below a node. */
  function all(top: Node, def: number): Node[] {
    const way = below(def, top.def);
    let found = way ? [top] : [];
    for (const d of way ?? []) {
      const next: Node[] = [];
      for (const node of found) for (const kid of node.kids) if (kid.def === d) next.push(kid);
      found = next;
    }
    return found;
  }

  /** Finds the node of a definition in the same repeat entries as another node. */
  function nearest(from: Node, def: number): Node | undefined {
    for (let at: Node | null = from; at; at = at.up) {
      const way = at.def >= 0 && below(def, at.def);
      if (way) return way.reduce((node: Node | undefined, d) => node?.kids.find((k) => k.def === d), at);
    }
    return undefined;
  }

  function mark(rule: number, node: Node): void {
    if (rules[rule]![0] === "check") {
      node.wrong = undefined;
      return;
    }
    (dirty[rule] ??= new Set()).add(node);
    if (rule < lowest) lowest = rule;
  }

  /** Marks what reads a node that has changed, come or gone. */
  function tell(def: number, node: Node): void {
    for (const [rule, apex] of readers.get(def) ?? []) {
      for (const reader of all(climb(node, apex) ?? node, rules[rule]![1])) mark(rule, reader);
    }
  }

  function set(node: Node, value: string): void {
    if (node.value === value) return;
    node.value = value;
    node.wrong = undefined;
    tell(node.def, node);
  }

  /** Notes that something has come, gone or changed its relevance at or below a node. */
  function reshape(node: Node | null): void {
    for (; node; node = node.up) node.shape += 1;
  }

  /** Brings to a subtree what its top's relevance has become. */
  function show(node: Node): void {
    const hidden = !node.own || !!node.up?.hidden;
    if (node.hidden === hidden) return;
    node.hidden = hidden;
    node.wrong = undefined;
    reshape(node);
    tell(node.def, node);
    for (const rule of rulesAt.get(node.def) ?? []) if (rules[rule]![0] === "count") mark(rule, node);
    node.kids.forEach(show);
  }

  /** Evaluates an expression; a path is its value, so that a rule that is only a path holds when that is not blank. */
  function ask(expr: Expr, node: Node): boolean | number | string {
    const language = state.language;
    state.language = 0;
    try {
      const value: Value = evaluate(expr, focus(world, node));
      return typeof value === "object" ? (value.length ? text(value[0]!) : "") : value;
    } finally {
      state.language = language;
    }
  }

  function attempt<T>(rule: number, node: Node, act: () => T): T | undefined {
    const key = () => rule + path(node);
    if (troubles.size) troubles.delete(key());
    try {
      return act();
    } catch (error) {
      troubles.set(key(), { path: path(node), message: (error as Error).message });
      return undefined;
    }
  }

  function apply(rule: number, node: Node): void {
    const [kind, , about] = rules[rule]!;
    const def = defs[about]!;
    if (kind === "relevant") {
      // A question stays open when nobody can say whether it is to be asked.
      const own = attempt(rule, node, () => !!ask(def.relevant!, node)) ?? true;
      if (own !== node.own) {
        node.own = own;
        show(node);
      }
    } else if (kind === "calculate") {
      // What is drawn by lot or stamped once stays.
      if (!def.once || !node.value) set(node, attempt(rule, node, () => typed(ask(def.calculate!, node), def.type)) ?? "");
    } else if (!node.hidden) {
      // Entries outlive an answer that is changed and changed back.
      const wanted = attempt(rule, node, () => {
        const value = ask(def.repeat!.count!, node);
        const n = typeof value === "boolean" || value === "" ? NaN : Number(value);
        if (n > MOST_REPEATS) throw Error(`the form asks for more than ${MOST_REPEATS} entries of ${def.name}; correct the number`);
        return Math.max(0, Math.trunc(n) || 0);
      });
      if (wanted === undefined) return;
      const have = entries(node, about);
      have.slice(wanted).forEach(drop);
      for (let n = have.length; n < wanted && !awaits(node, about); n += 1) add(node, about);
    }
  }

  /** Tells whether the last entry has not yet said what the count hangs on. */
  function awaits(parent: Node, def: number): boolean {
    const last = entries(parent, def).pop();
    return !!last && !!defs[def]!.repeat!.awaits?.some((d) => all(last, d).some((n) => !n.hidden && !n.value));
  }

  /** Runs the marked rules in their order; a rule that marks an earlier one sends the run back to it. */
  function run(): void {
    let left = MOST_ROUNDS * (nodes + rules.length);
    state.changes += 1;
    for (let rule = 0; rule < rules.length; rule = Math.min(rule + 1, lowest)) {
      lowest = rules.length;
      const marked = dirty[rule];
      dirty[rule] = undefined;
      for (const node of marked ?? []) {
        if (node.gone) continue;
        if (!left--) {
          dirty.length = 0;
          troubles.set("", { path: path(doc.kids[0]!), message: "the calculations did not settle" });
          return;
        }
        apply(rule, node);
      }
    }
    lowest = rules.length;
  }

  const entries = (parent: Node, def: number) => parent.kids.filter((k) => k.def === def);

  function markAll(top: Node): void {
    walk(top, (node) => {
      nodes += 1;
      for (const rule of rulesAt.get(node.def) ?? []) mark(rule, node);
    });
  }

  function add(parent: Node, def: number): Node {
    const rule = repeatOf(def);
    if (!rule) throw Error(`${path(parent)}/${defs[def]!.name} is not a repeat`);
    const have = entries(parent, def);
    if (have.length >= MOST_REPEATS) throw Error(`there are already ${have.length} entries; no more can be added`);
    const node = grow(defs, rule.template, parent);
    reshape(parent);
    const { kids } = parent;
    const place = kids.reduce((last, kid, i) => (kid.attribute || order(kid.def) <= order(def) ? i + 1 : last), 0);
    kids.splice(place, 0, node);
    if (parent.hidden) walk(node, (n) => (n.hidden = true));
    markAll(node);
    walk(node, (n) => tell(n.def, n));
    // The others may ask how many they are and which of them they are.
    tell(def, parent);
    for (const action of actions)
      if (action.event === "new-repeat" && below(action.target, def)) for (const target of all(node, action.target)) act(action, target);
    return node;
  }

  function drop(node: Node): void {
    const parent = node.up!;
    reshape(parent);
    walk(node, (n) => tell(n.def, n));
    walk(node, (n) => (n.gone = true));
    parent.kids.splice(parent.kids.indexOf(node), 1);
    tell(node.def, parent);
  }

  /** Place of a definition among its siblings. */
  const order = (def: number) => standing[defs[def]!.parent ?? 0]!.indexOf(def);

  function act(action: Program["actions"][number], target: Node): void {
    const value = attempt(-1, target, () => {
      if (action.value === undefined) return action.fixed ?? "";
      const value = ask(action.value, target);
      return typeof value === "number" ? (isNaN(value) ? "" : writeNumber(value)) : String(value);
    });
    if (value !== undefined) set(target, value);
  }

  function fire(event: "first-load" | "load"): void {
    for (const action of actions) if (action.event === event) for (const target of all(doc.kids[0]!, action.target)) act(action, target);
  }

  function preload(when: "start" | "end"): void {
    walk(doc.kids[0]!, (node) => {
      const [kind, parameter] = defs[node.def]!.preload ?? [];
      if (kind === "timestamp" && parameter === when) set(node, dateTimeOf(now()));
      else if (when === "end") return;
      else if (kind === "date" && parameter === "today") set(node, dateOf(now()));
      else if (kind === "uid") set(node, "uuid:" + uuid());
      else if (kind === "property") set(node, options.properties?.[parameter!] ?? "");
    });
  }

  const meta = (name: string) => doc.kids[0]!.kids.find((k) => k.name === "meta")?.kids.find((k) => k.name === name);

  function identify(): void {
    const node = meta("instanceID");
    if (node && !node.value) set(node, "uuid:" + uuid());
  }

  /** Takes an instance in by the form's order: absent nodes are added blank, those the form does not know are left out. */
  function read([name, inside, attributes = {}]: Branch | [string, Branch[], Record<string, string>?], def: number, up: Node): Node {
    const own = defs[def]!;
    const kids = standing[def]!;
    const elements = kids.filter((i) => !defs[i]!.attribute);
    const node = new Node(name, up, !elements.length && typeof inside === "string" ? inside : "", def, !!own.attribute);
    for (const kid of kids) {
      const { name, attribute, initial } = defs[kid]!;
      if (attribute) {
        node.kids.push(new Node(name, node, attributes[name] ?? initial ?? "", kid, true));
        continue;
      }
      const found = typeof inside === "string" ? [] : inside.filter((b) => b[0] === name && b[2]?.template === undefined);
      if (!found.length && !repeatOf(kid)) found.push([name, ""]);
      for (const branch of found) node.kids.push(read(branch, kid, node));
    }
    return node;
  }

  function path(node: Node): string {
    if (!node.up) return "";
    const number = node.def >= 0 && repeatOf(node.def) ? `[${position(node)}]` : "";
    return `${path(node.up)}/${node.attribute ? "@" : ""}${node.name}${number}`;
  }

  /** Finds a node by its path; a missing number means the first. */
  function find(path: string): Node | undefined {
    return path.split("/").slice(1).reduce((node: Node | undefined, step) => {
      const [, at, name, n = "1"] = /^(@?)([^[]*)(?:\[(\d+)\])?$/.exec(step) ?? [];
      return node?.kids.filter((k) => k.name === name && k.attribute === !!at)[+n - 1];
    }, doc);
  }

  function write(relevantOnly: boolean): string {
    const attribute = (name: string, value: string) => ` ${name}="${escaped(value)}"`;
    const element = (node: Node): string => {
      const own = defs[node.def]!;
      const kids = node.kids.filter((k) => !(relevantOnly && k.hidden));
      const name = (own.orx ? "orx:" : "") + node.name;
      let out = "<" + name;
      if (!node.up!.up) {
        if (program.namespace) out += attribute("xmlns", program.namespace);
        if (defs.some((d) => d.orx)) out += attribute("xmlns:orx", "http://openrosa.org/xforms");
        out += attribute("id", program.form);
        if (program.version) out += attribute("version", program.version);
      }
      for (const kid of kids) {
        if (kid.attribute && !defs[kid.def]!.foreign && (node.up!.up || !/^(id|version)$/.test(kid.name))) out += attribute(kid.name, kid.value);
      }
      const elements = node.kids.filter((k) => !k.attribute);
      if (!node.value && !elements.length) return out + "/>";
      return `${out}>${escaped(node.value)}${kids.filter((k) => !k.attribute).map(element).join("")}</${name}>`;
    };
    return '<?xml version="1.0" encoding="UTF-8"?>' + element(doc.kids[0]!);
  }

  let root: Node;
  if (xml === undefined) root = grow(defs, program.start, doc);
  else {
    const branch = parse(xml);
    if (branch[0] !== defs[0]!.name) throw Error(`the draft begins with <${branch[0]}>, but the form's answers begin with <${defs[0]!.name}>`);
    root = read(branch, 0, doc);
  }
  doc.kids.push(root);
  const begin = () => {
    if (xml === undefined) {
      preload("start");
      identify();
    } else fire("load");
    markAll(root);
    run();
    if (xml === undefined) {
      fire("first-load");
      fire("load");
      run();
    }
  };

  return {
    program, world, state, missing, troubles, root, rows, begin,
    find, path, nearest, entries, ask, write, meta, repeatOf,
    /** Gives an answer and sets off what hangs on its change. */
    answer(node: Node, value: string): void {
      if (node.value === value) return;
      set(node, value);
      for (const action of actions) {
        const target = action.event === "value-changed" && action.trigger === node.def && nearest(node, action.target);
        if (target) act(action, target);
      }
      for (const rule of rulesAt.get(node.def) ?? []) if (rules[rule]![0] === "calculate") mark(rule, node);
      run();
    },
    add(parent: Node, def: number): Node {
      const node = add(parent, def);
      run();
      return node;
    },
    remove(node: Node): void {
      drop(node);
      run();
    },
    /** Runs what reads a list again. */
    reread(list: number): void {
      tell(-1 - list, root);
      walk(root, (node) => (node.wrong = undefined));
      run();
    },
    /** A fresh entry that stands nowhere, to ask rules what they would say of it. */
    trial: (parent: Node, def: number) => grow(defs, repeatOf(def)!.template, parent),
    finish(): void {
      preload("end");
      identify();
      run();
    },
  };
}

/** Writes a calculated value as its node's type wants it. */
function typed(value: boolean | number | string, type?: string): string {
  if (typeof value === "number") return isNaN(value) ? "" : writeNumber(type === "integer" ? Math.trunc(value) : value);
  if (typeof value === "boolean") return type === "integer" || type === "decimal" ? String(+value) : String(value);
  return value;
}
