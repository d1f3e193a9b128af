// Labels, hints and choices in the words of a language.
import type { Media, Offer, Source } from "./api";
import { evaluate, focus, nodesOf, textOf } from "./evaluate";
import type { Filling } from "./filling";
import type { Node } from "./node";
import type { Control, Expr, Operation, Parts, Question, Text, Wording } from "./program";
import { toText, words } from "./values";

export type Speaker = ReturnType<typeof speaker>;

export function speaker(filling: Filling) {
  const { program, world, state, rows } = filling;
  const questions = new Map<number, Question>();
  const collect = (control: Control): void => {
    if (!("ask" in control)) control.controls.forEach(collect);
    else if (!questions.has(control.ask)) questions.set(control.ask, control);
  };
  program.body.forEach(collect);

  /** A translated text by position, by id, or of a row (`list#row`); the default language's when this one has none. */
  function translation(id: string | number): Text | undefined {
    let columns = program.texts, at = id;
    if (typeof id === "string") {
      const hash = id.lastIndexOf("#");
      const list = program.lists.findIndex((l) => hash > 0 && l.id === id.slice(0, hash));
      columns = rows[list]?.words ?? columns;
      at = list < 0 && hash ? (program.textIds?.indexOf(id) ?? -1) : +id.slice(hash + 1);
    }
    return columns[state.language]?.[+at] ?? columns[0]?.[+at];
  }

  const full = (text: Text | undefined): Exclude<Text, Parts | null> =>
    text && typeof text === "object" && !Array.isArray(text) ? text : { text: text ?? "" };

  const join = (parts: Parts | undefined, node: Node, item: Node): string =>
    typeof parts === "string" ? parts
    : (parts ?? []).map((part) => (typeof part === "string" ? part : textOf(part[0], focus(world, node, item)))).join("");

  world.itext = (id) => {
    const parts = full(translation(id)).text;
    return typeof parts === "object" ? parts.filter((p) => typeof p === "string").join("") : (parts ?? "");
  };

  /** The id of the translated text that a wording is. */
  function textId(wording: Wording | 0 | undefined, node: Node, item: Node): string | number | undefined {
    if (typeof wording === "number") return wording;
    const expr = typeof wording === "object" && "is" in wording ? wording.is : undefined;
    return Array.isArray(expr) && expr[0] === "jr:itext" ? textOf(expr[1] as Expr, focus(world, node, item)) : undefined;
  }

  /** Says a wording as seen from a node, or of an item as seen from a question's node. */
  function say(wording: Wording | 0 | undefined, node: Node, item = node): string {
    try {
      if (typeof wording === "string") return wording;
      const id = textId(wording, node, item);
      if (id !== undefined) return join(full(translation(id)).text, node, item);
      if (typeof wording !== "object") return "";
      return "is" in wording ? toText(evaluate(wording.is, focus(world, node, item))) : join(wording.parts, node, item);
    } catch {
      return "";
    }
  }

  function media(wording: Wording | 0 | undefined, node: Node, item = node): Media {
    const id = textId(wording, node, item);
    const { image, audio, video } = full(id === undefined ? null : translation(id));
    return { ...(image && { image }), ...(audio && { audio }), ...(video && { video }) };
  }

  const guidance = (wording: Wording | undefined, node: Node) =>
    typeof wording === "number" ? join(full(translation(wording)).guidance, node, node) : "";

  const items = (question: Question, node: Node) => nodesOf(question.items![0], focus(world, node));

  /** The choices of a question: value, and how to say it. */
  function choices(question: Question, node: Node): { value: string; say: () => string; media: () => Media }[] {
    const fixed = (question.choices?.[0] ?? []).map((value, i) => {
      const label = question.choices![1][i];
      return { value, say: () => say(label, node), media: () => media(label, node) };
    });
    if (!question.items) return fixed;
    const [, value, label] = question.items;
    const found = items(question, node).map((item) => ({
      value: textOf(value, focus(world, node, item)),
      say: () => say(label, node, item),
      media: () => media(label, node, item),
    }));
    const { before } = question;
    if (before === undefined) return found;
    const once = new Map([...found].reverse().map((choice) => [choice.value, choice]));
    return [...fixed.slice(0, before), ...found.filter((choice) => once.get(choice.value) === choice), ...fixed.slice(before)];
  }

  /** The choices, none when nobody can say which. */
  function known(question: Question, node: Node): ReturnType<typeof choices> {
    try {
      return choices(question, node);
    } catch {
      return [];
    }
  }

  const many = (question: Question) => question.kind === "select-multiple" || question.kind === "rank";

  function label(question: Question, node: Node, value: string): string {
    return choices(question, node).find((c) => c.value === value)?.say() ?? "";
  }

  world.choiceName = (value, path, from) => {
    const question = questionAt(path, from);
    if (!question) throw Error(`jr:choice-name(): there is no question at "${path}"`);
    return label(question, filling.nearest(from, question.ask) ?? from, value);
  };

  function questionAt(path: string, from: Node): Question | undefined {
    let def: number | undefined = path[0] === "/" ? undefined : from.def;
    for (const step of path.split("/").map((s) => s.trim().replace(/^.*:/, ""))) {
      if (step === "..") def = program.defs[def!]?.parent;
      else if (step && step !== ".") def = program.defs.findIndex((d) => d.name === step && d.parent === def && !d.attribute);
    }
    return questions.get(def ?? -1);
  }

  /** The list a question's items come from, with the equalities that choose among them. */
  function source(question: Question, node: Node): (Source & { whole: boolean }) | undefined {
    if (!question.items) return;
    let [nodeset, value, said] = question.items as [Operation, Expr, Wording?];
    if (nodeset[0] === "randomize") nodeset = nodeset[1] as Operation;
    const base = nodeset[1] as Operation;
    if (nodeset[0] !== "/" || base[0] !== "i") return;
    const equals: Record<string, string> = {};
    const gather = (expr: Expr): void => {
      if (!Array.isArray(expr)) return;
      if (expr[0] === "and") (expr.slice(1) as Expr[]).forEach(gather);
      const [, column, wanted] = expr as [string, Operation, Expr];
      if (expr[0] === "=" && column[0] === "c") equals[column[1] as string] = textOf(wanted, focus(world, node));
    };
    const step = nodeset[nodeset.length - 1];
    if (Array.isArray(step)) (step.slice(2) as Expr[]).forEach(gather);
    const column = (expr: Expr | undefined) => (Array.isArray(expr) && expr[0] === "c" ? (expr[1] as string) : undefined);
    const of = typeof said === "object" && "is" in said ? column(said.is) : undefined;
    const list = base[1] as number;
    return { list: program.lists[list]!.id, equals, value: column(value) ?? "name", whole: rows[list]?.whole ?? true, ...(of !== undefined && { label: of }) };
  }

  /** Tells whether a wording says the same whatever is answered. */
  const fixed = (wording: Wording | undefined) =>
    typeof wording === "number" ? program.texts.every((texts) => typeof (full(texts[wording]).text ?? "") === "string") : typeof wording !== "object";

  return {
    questions, fixed, say, media, guidance, choices, many, label, source,
    offers(question: Question, node: Node, search: { text?: string; limit?: number } = {}): Offer[] {
      const chosen = many(question) ? words(node.value) : [node.value];
      const wanted = search.text?.trim().toLowerCase();
      const begins = (text: string) => {
        const low = text.toLowerCase();
        for (let at = low.indexOf(wanted!); at >= 0; at = low.indexOf(wanted!, at + 1)) if (!at || !/[\p{L}\p{N}]/u.test(low[at - 1]!)) return true;
        return false;
      };
      const out: Offer[] = [];
      for (const choice of known(question, node)) {
        if (out.length === search.limit) break;
        const label = choice.say() || choice.value;
        if (wanted && !begins(label) && !begins(choice.value)) continue;
        out.push({ value: choice.value, label, media: choice.media(), chosen: chosen.includes(choice.value) });
      }
      return out;
    },
    /** An answer in words. */
    said(node: Node): string {
      const question = questions.get(node.def);
      if (!question || !(many(question) || question.kind === "select-one")) return node.value;
      const one = (value: string) => label(question, node, value) || value;
      return many(question) ? words(node.value).map(one).join(", ") : one(node.value);
    },
  };
}
