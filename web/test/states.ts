// The engine with its insides open, so that every node of a walk can be compared with other engines.
import type { Field, Page, Program } from "../src/form/engine";
import * as engine from "../src/form/engine";
import { open } from "../src/form/engine/filling";
import { type Node, walk } from "../src/form/engine/node";
import { checker } from "../src/form/engine/problems";
import { speaker } from "../src/form/engine/wording";
import { rare } from "../src/form/engine/rare";

export { RARE } from "../src/form/engine/uses";
export { rare };
/** With the functions that browsers load only for the forms that call them. */
export const load: typeof engine.load = (program, options) => engine.load(program, { ...options, rare });
export const resume: typeof engine.resume = (program, xml, options) => engine.resume(program, xml, { ...options, rare });
export type { Field, Page, Program };

/** The filling a session is made of, for what a session does not tell. */
export function opened(program: Program, options: Parameters<typeof engine.load>[1] & object, xml?: string) {
  const filling = open(program, { ...options, rare }, xml);
  const speak = speaker(filling);
  const { problemOf } = checker(filling, speak);
  filling.begin();
  return { filling, speak, problemOf };
}

/** What the rules make of every node. */
export function nodes({ filling, speak, problemOf }: ReturnType<typeof opened>) {
  const out: object[] = [];
  const holds = (expr: unknown, node: Node, otherwise: boolean) => {
    try {
      return expr === undefined ? otherwise : !!filling.ask(expr as never, node);
    } catch {
      return otherwise;
    }
  };
  walk(filling.root, (node) => {
    const def = filling.program.defs[node.def]!;
    const question = speak.questions.get(node.def);
    let offers: [string, string][] = [];
    try {
      offers = question ? speak.offers(question, node).map((o) => [o.value, o.label]) : [];
    } catch {
      // A list that cannot be evaluated offers nothing.
    }
    const leaf = !node.attribute && !node.kids.some((k) => !k.attribute);
    out.push({
      path: filling.path(node),
      value: node.value,
      relevant: !node.hidden,
      required: holds(def.required, node, false),
      readonly: holds(def.readonly, node, false),
      valid: holds(def.constraint, node, true),
      problem: (leaf && !node.hidden && problemOf(node)?.kind) || null,
      offers,
    });
  });
  return out;
}
