// An instance as plain pages: one group a page, one page for each entry of a repeat, and then one that lists them.
import type { Entry, Field, Inside, Item, Page, RepeatPage } from "./api";
import type { Filling } from "./filling";
import { type Node, grow, walk } from "./node";
import type { Control, Group, Question, Repeat } from "./program";
import type { Checker } from "./problems";
import type { Speaker } from "./wording";

/** Keys that no page has, so that whoever shows the pages can give these addresses to pages of its own. */
const NO_KEYS = ["check", "sent"];

/** What stands on a page before it is put into words. */
type Part = { question: Question; node: Node } | { group: Group; node: Node };

/** What a page needs to be put into words. */
interface Teller {
  itemsOf(parts: Part[]): Item[];
  isWrong(node: Node): boolean;
  stamp(): string;
}

// Classes, because objects with getters of their own are dear to make, and there is one for each member of a roster.
class Sheet implements Page {
  private made: Item[] | undefined;
  private madeAt = "";

  constructor(
    readonly key: string,
    private readonly titled: () => string,
    private readonly around: readonly (() => string)[],
    readonly inside: readonly Inside[],
    private readonly parts: Part[],
    private readonly teller: Teller,
    readonly repeat?: RepeatPage,
  ) {}

  get title() {
    return this.titled();
  }

  get within() {
    return this.around.map((say) => say());
  }

  get items() {
    if (this.repeat) return undefined;
    const stamp = this.teller.stamp();
    if (!this.made || this.madeAt !== stamp) [this.made, this.madeAt] = [this.teller.itemsOf(this.parts), stamp];
    return this.made;
  }

  get unfinished() {
    return this.parts.some((p) => "question" in p && this.teller.isWrong(p.node));
  }
}

class Row implements Entry {
  constructor(
    private readonly node: Node,
    private readonly titled: () => string,
    private readonly sheets: Page[],
    private readonly filling: Filling,
    private readonly untouched: (node: Node) => boolean,
  ) {}

  get path() {
    return this.filling.path(this.node);
  }

  get title() {
    return this.titled();
  }

  get page() {
    return this.sheets[0]?.key;
  }

  get unfinished() {
    return this.sheets.find((p) => p.unfinished)?.key;
  }

  get blank() {
    return this.untouched(this.node);
  }
}

export function pager(filling: Filling, speaker: Speaker, { problemOf, kindOf }: Checker) {
  const { program, root } = filling;
  const { defs } = program;

  function field(question: Question, node: Node): Field {
    const def = defs[node.def]!;
    const holds = (expr: typeof def.required) => {
      try {
        return expr !== undefined && !!filling.ask(expr, node);
      } catch {
        return false;
      }
    };
    return {
      path: filling.path(node),
      kind: question.kind ?? "input",
      type: def.type ?? "text",
      label: speaker.say(question.label, node),
      hint: speaker.say(question.hint, node),
      guidance: speaker.guidance(question.hint, node),
      media: speaker.media(question.label, node),
      appearance: question.appearance ?? "",
      required: holds(def.required),
      readonly: isShown(node),
      value: node.value,
      mediaType: question.mediaType,
      maxPixels: question.maxPixels,
      range: question.range,
      problem: problemOf(node),
    };
  }

  function isShown(node: Node): boolean {
    const { calculate, readonly } = defs[node.def]!;
    if (calculate !== undefined || readonly === true) return true;
    try {
      return readonly !== undefined && !!filling.ask(readonly, node);
    } catch {
      return false;
    }
  }

  /** Tells whether an answer is missing or wrong; a rule that cannot be applied is not the person's to mend. */
  const isWrong = (node: Node) => {
    const kind = kindOf(node);
    return !!kind && kind !== "unclear-rule" && !isShown(node);
  };

  const teller: Teller = { itemsOf, isWrong, stamp: () => `${filling.state.changes} ${filling.state.language}` };
  let laid: Page[] = [], laidAt = -1;
  /** Whether the pages hang on more than what is relevant. */
  let loose = false;

  /** The pages, laid out anew when something has come, gone or changed its relevance. */
  function pages(): Page[] {
    if (loose || laidAt !== root.shape) {
      loose = false;
      [laid, laidAt] = [lay(), root.shape];
    }
    return laid;
  }

  function lay(): Page[] {
    const out: Page[] = [];
    const keys = new Set(NO_KEYS);
    let within: (() => string)[] = [];
    let inside: Inside[] = [];
    const unique = (key: string) => {
      while (keys.has(key)) key += "_";
      keys.add(key);
      return key;
    };
    const relevant = (def: number, at: Node) => {
      const node = filling.nearest(at, def);
      return node && !node.hidden ? node : undefined;
    };

    /** Makes pages of controls below a node; the key names the first of them when given. */
    function section(controls: Control[], at: Node, title: () => string, key?: string): void {
      let parts: Part[] = [];
      const turn = () => {
        if (page(parts, title, key)) key = undefined;
        parts = [];
      };
      for (const control of controls) {
        if ("ask" in control) {
          const node = relevant(control.ask, at);
          if (node) parts.push({ question: control, node });
          continue;
        }
        turn();
        if ("repeat" in control) repeat(control, at);
        else group(control, at);
      }
      turn();
    }

    function page(parts: Part[], title: () => string, key?: string): boolean {
      const first = parts.find((p) => "question" in p);
      if (!first) return false;
      out.push(new Sheet(unique(key ?? keyOf(filling.path(first.node))), title, within, inside, parts, teller));
      return true;
    }

    function group(group: Group, at: Node): void {
      const node = group.group === null ? at : relevant(group.group, at);
      if (!node) return;
      const label = () => speaker.say(group.label, node);
      const outer = within[within.length - 1];
      const title = () => label() || (outer ? outer() : program.title);
      const key = group.group === null ? undefined : keyOf(filling.path(node));
      if (/(^|\s)(field-list|table-list)(\s|$)/.test(group.appearance ?? "")) {
        const parts: Part[] = [], repeats: [Repeat, Node][] = [];
        gather(group.controls, node, parts, repeats);
        page(parts, title, key);
        for (const [control, parent] of repeats) repeat(control, parent);
        return;
      }
      const kept = within;
      const holdsMore = group.label !== undefined && group.controls.some((c) => !("ask" in c));
      if (holdsMore && !speaker.fixed(group.label)) loose = true;
      if (holdsMore && label()) within = [...within, label];
      section(group.controls, node, title, key);
      within = kept;
    }

    /** Collects everything of a group that is shown on one page. */
    function gather(controls: Control[], at: Node, parts: Part[], repeats: [Repeat, Node][]): void {
      for (const control of controls) {
        if ("repeat" in control) repeats.push([control, at]);
        else if ("ask" in control) {
          const node = relevant(control.ask, at);
          if (node) parts.push({ question: control, node });
        } else {
          const node = control.group === null ? at : relevant(control.group, at);
          if (!node) continue;
          const before = parts.length;
          gather(control.controls, node, parts, repeats);
          if (parts.length > before) parts.splice(before, 0, { group: control, node });
        }
      }
    }

    function repeat(control: Repeat, at: Node): void {
      const def = defs[control.repeat]!, rule = def.repeat;
      const parent = relevant(def.parent!, at);
      if (!parent || !rule) return;
      // An entry keeps its number when another has become irrelevant.
      const nodes = filling.entries(parent, control.repeat).map((node, i) => ({ node, number: i + 1 })).filter(({ node }) => !node.hidden);
      if (!nodes.length && rule.count === undefined) {
        loose ||= def.relevant !== undefined;
        if (!couldStand(control.repeat, parent)) return;
      }
      const open = rule.count === undefined && !rule.fixed;
      if (!nodes.length && !open) return;
      const title = () => speaker.say(control.label, parent) || def.name;
      const path = `${filling.path(parent)}/${def.name}`;
      const list = unique(keyOf(path));
      const [around, own] = [within, inside];
      const entries = nodes.map(({ node, number }, entry) => {
        const name = () => titleOf(control, node) ?? `${title()} ${number}`;
        // An entry in which nothing has come or gone keeps its pages; a roster has hundreds.
        const mark = `${list} ${number} ${entry} ${node.shape}`;
        const known = node.laid as { mark: string; sheets: Page[] } | undefined;
        let sheets = known?.mark === mark && !known.sheets.some((s) => keys.has(s.key)) ? known.sheets : undefined;
        if (sheets) {
          out.push(...sheets);
          for (const sheet of sheets) keys.add(sheet.key);
        } else {
          const [first, outer] = [out.length, loose];
          loose = false;
          within = [...around, name];
          inside = [...own, { list, entry }];
          section(control.controls, node, title, `${list}-${number}`);
          sheets = out.slice(first);
          node.laid = loose ? undefined : { mark, sheets };
          loose ||= outer;
        }
        return new Row(node, name, sheets, filling, (node) => isBlank(node, control.repeat));
      });
      [within, inside] = [around, own];
      out.push(new Sheet(list, title, around, own, [], teller, { path, entries, open }));
    }

    section(program.body, root, () => program.title);
    return out;
  }

  function itemsOf(parts: Part[]): Item[] {
    return parts.flatMap((part, i): Item[] => {
      if ("question" in part) return [field(part.question, part.node)];
      // A group of which nothing is asked has no title to show.
      const heading = parts[i + 1] && speaker.say(part.group.label, part.node);
      return heading ? [{ heading }] : [];
    });
  }

  /** Tells whether an entry added here would be relevant, by asking the rule from where it would stand. */
  function couldStand(def: number, parent: Node): boolean {
    const { relevant } = defs[def]!;
    if (relevant === undefined) return true;
    try {
      return !!filling.ask(relevant, filling.trial(parent, def));
    } catch {
      return false;
    }
  }

  /** Calls an entry by its first answer in words. */
  function titleOf(control: Repeat, node: Node): string | undefined {
    const first = (controls: Control[]): string | undefined => {
      for (const control of controls) {
        let found: string | undefined;
        if ("ask" in control) {
          const own = filling.nearest(node, control.ask);
          if (own?.value && !defs[control.ask]!.type) found = speaker.said(own);
        } else if ("group" in control) found = first(control.controls);
        if (found !== undefined) return found;
      }
      return undefined;
    };
    return first(control.controls);
  }

  /** Tells whether nothing was answered that a fresh entry does not hold. */
  function isBlank(entry: Node, def: number): boolean {
    const fresh = new Map<number, string>();
    walk(grow(defs, filling.repeatOf(def)!.template, null), (node) => fresh.has(node.def) || fresh.set(node.def, node.value));
    let blank = true;
    walk(entry, (node) => {
      if (node.value && !node.hidden && speaker.questions.has(node.def) && node.value !== fresh.get(node.def) && !isShown(node)) blank = false;
    });
    return blank;
  }

  return { pages, field };
}

/** Turns a path into a page's key: the root's name and the slashes go. */
const keyOf = (path: string) => path.split("/").slice(2).join("/").replace(/[/[]/g, "-").replace(/]/g, "") || "start";

/** The page that follows one whose answers are right. A list of entries is left only when each of them is finished. */
export function next(pages: Page[], key: string): Page | undefined {
  const at = pages.findIndex((p) => p.key === key);
  const here = pages[at];
  if (!here) return;
  const open = here.repeat?.entries.map((e) => e.unfinished).find((key) => key !== undefined);
  return open !== undefined ? pages.find((p) => p.key === open) : arrive(pages, at + 1, here.inside);
}

/** The page that a page leads back to; without a key, the last one. */
export function before(pages: Page[], key?: string): Page | undefined {
  if (key === undefined) return pages[pages.length - 1];
  const at = pages.findIndex((p) => p.key === key);
  const here = pages[at];
  if (!here) return;
  if (here.repeat) {
    // The pages of the entries lie before the list, and are reached from it.
    return pages.slice(0, at).reverse().find((p) => !p.inside.some((i) => i.list === key));
  }
  const last = pages[at - 1];
  const own = here.inside[here.inside.length - 1];
  if (!own || (last && startsWith(last.inside, here.inside))) return last;
  const entries = listOf(pages, own);
  // Nobody has been entered yet, so there is no list to go back to.
  return entries?.length === 1 && entries[0]!.blank ? last : pages.find((p) => p.key === own.list);
}

/** The page at a place, past entries that are finished, coming from within some entries. */
export function arrive(pages: Page[], at: number, from: readonly Inside[]): Page | undefined {
  for (;;) {
    const page = pages[at];
    if (!page) return;
    let shared = 0;
    while (page.inside[shared] && from[shared] && same(page.inside[shared]!, from[shared]!)) shared += 1;
    const entered = page.inside[shared];
    if (!entered) return page;
    const entry = listOf(pages, entered)?.[entered.entry];
    const way = page.inside.slice(0, shared + 1);
    if (!entry || entry.blank || entry.unfinished !== undefined) from = way;
    else while (pages[at] && startsWith(pages[at]!.inside, way)) at += 1;
  }
}

const same = (a: Inside, b: Inside) => a.list === b.list && a.entry === b.entry;
const startsWith = (long: readonly Inside[], short: readonly Inside[]) => short.every((s, i) => long[i] && same(long[i]!, s));
const listOf = (pages: Page[], inside: Inside) => pages.find((p) => p.key === inside.list)?.repeat?.entries;

