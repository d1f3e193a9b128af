// The form engine: a program made by the server runs here with no network. See `api.ts` for what it offers.
import type { Load, Options, Problem, Program, Resume, Session } from "./api";
import { open } from "./filling";
import { type Node, walk } from "./node";
import { arrive, before, next, pager } from "./pages";
import { checker } from "./problems";
import { speaker } from "./wording";

export type * from "./api";

/** The shape of programs this interpreter runs. */
export const SHAPE = 1;

export const load: Load = (program, options = {}) => start(program, options);
export const resume: Resume = (program, xml, options = {}) => start(program, options, xml);

function start(program: Program, options: Options, xml?: string): Session {
  if (program.shape !== SHAPE) throw Error(`the program is of shape ${program.shape}, not ${SHAPE}; load the page again`);
  const filling = open(program, options, xml);
  const speak = speaker(filling);
  const check = checker(filling, speak);
  const { pages, field } = pager(filling, speak, check);
  const { state, world } = filling;
  filling.begin();

  const at = (path: string): Node => {
    const node = filling.find(path);
    if (!node) throw Error(`the form has no ${path}`);
    return node;
  };
  const asked = (path: string) => {
    const node = at(path), question = speak.questions.get(node.def);
    return question && { node, question };
  };
  const code = (name: string) => /\(([^()]*)\)[^()]*$/.exec(name)?.[1]?.trim().toLowerCase();
  const setLanguage = (wanted: string) => {
    const low = wanted.trim().toLowerCase();
    state.language = Math.max(0, program.languages.findIndex((name) => name.toLowerCase() === low || code(name) === low));
  };
  setLanguage(options.language ?? "");

  return {
    program,
    languages: program.languages,
    get id() { return filling.meta("instanceID")?.value ?? ""; },
    get name() { return filling.meta("instanceName")?.value ?? ""; },
    get language() { return program.languages[state.language] ?? ""; },
    set language(name) { setLanguage(name); },

    pages,
    page: (key) => pages().find((p) => p.key === key),
    first: () => arrive(pages(), 0, []),
    next: (key) => next(pages(), key),
    before: (key) => before(pages(), key),
    unfinished: () => pages().find((p) => p.unfinished),

    answer: (path, value) => filling.answer(at(path), value),
    addRepeat(path) {
      const cut = path.lastIndexOf("/");
      const parent = at(path.slice(0, cut)), name = path.slice(cut + 1);
      const def = program.defs.findIndex((d) => d.parent === parent.def && d.name === name && !d.attribute);
      if (def < 0) throw Error(`the form has no ${path}`);
      return filling.path(filling.add(parent, def));
    },
    removeRepeat(path) {
      const node = at(path);
      if (!filling.repeatOf(node.def)) throw Error(`${path} is not an entry of a repeat`);
      filling.remove(node);
    },

    offers(path, search) {
      const found = asked(path);
      return found ? speak.offers(found.question, found.node, search) : [];
    },
    source(path) {
      const found = asked(path);
      const source = found && speak.source(found.question, found.node);
      if (!source || source.whole) return undefined;
      const { whole: _, ...rest } = source;
      return rest;
    },
    said: (path) => speak.said(at(path)),
    value: (path) => filling.find(path)?.value ?? "",
    relevant: (path) => filling.find(path)?.hidden === false,
    field(path) {
      const found = asked(path);
      return found && !found.node.hidden ? field(found.question, found.node) : undefined;
    },

    problems() {
      const out: Problem[] = [];
      walk(filling.root, (node) => {
        const problem = !node.hidden && !node.attribute && !node.kids.length && check.problemOf(node);
        if (problem) out.push(problem);
      });
      return out;
    },
    troubles: () => [...filling.troubles.values()],
    missing: () => [...filling.missing.values()],
    supply(list, table, query) {
      const i = program.lists.findIndex((l) => l.id === list), rows = world.rows[i];
      if (!rows) throw Error(`the form has no list ${list}`);
      if (!query) rows.clear();
      rows.add(table, query);
      for (const [key, missing] of filling.missing)
        if (missing.list === list && (!query || (missing.column === query.column && missing.value === query.value))) filling.missing.delete(key);
      filling.reread(i);
    },

    finish: filling.finish,
    xml: () => filling.write(true),
    snapshot: () => filling.write(false),
    files() {
      const names = new Set<string>();
      walk(filling.root, (node) => {
        const upload = speak.questions.get(node.def)?.kind === "upload" || program.defs[node.def]?.type === "binary" || node.name === "audit";
        if (upload && node.value && !node.kids.length) names.add(node.value);
      });
      return [...names];
    },
  };
}
