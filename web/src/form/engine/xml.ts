// XML as instances need it: elements, attributes and text; names lose their prefix.
import type { Branch } from "./program";

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Reads a document; throws when it is not well-formed. */
export function parse(xml: string): Branch {
  const top: Branch = ["", []];
  const open: Branch[] = [top];
  const text: string[] = [""];
  // Comments, CDATA, instructions and declarations, tags, text.
  const token = /<!--[^]*?-->|<!\[CDATA\[([^]*?)\]\]>|<[?!][^>]*>|<(\/?)([^\s\/>]+)((?:[^>"']|"[^"]*"|'[^']*')*?)(\/?)>|([^<]+)/gy;
  let end = 0;
  for (let found; (found = token.exec(xml)); ) {
    end = token.lastIndex;
    const [, raw, closing, name, attributes, empty, plain] = found;
    if (raw !== undefined) text[text.length - 1] += raw;
    else if (plain !== undefined) text[text.length - 1] += decoded(plain.replace(/\r\n?/g, "\n"));
    else if (name !== undefined) {
      if (!closing) {
        const branch: Branch = [local(name), [], {}];
        for (const [, key, , a, b] of attributes!.matchAll(/([^\s=]+)\s*=\s*("([^"]*)"|'([^']*)')/g))
          if (!key!.startsWith("xmlns")) branch[2]![local(key!)] = decoded((a ?? b)!);
        (open[open.length - 1]![1] as Branch[]).push(branch);
        open.push(branch);
        text.push("");
      }
      if (closing || empty) {
        const done = open.pop()!, inner = text.pop()!;
        if (done === top || done[0] !== local(name)) throw Error("the XML is not well-formed");
        if (!done[1].length) done[1] = inner.trim();
      }
    }
  }
  const root = (top[1] as Branch[])[0];
  if (end < xml.length || open.length > 1 || !root) throw Error("the XML is not well-formed");
  return root;
}

const local = (name: string) => name.slice(name.indexOf(":") + 1);

const decoded = (text: string) =>
  text.replace(/&(#x?)?([^;\s]+);/g, (_, code, name) => {
    if (!code) return ENTITIES[name] ?? "";
    return String.fromCodePoint(parseInt(name, code === "#" ? 10 : 16) || 32);
  });

/** Escapes text for element content and attribute values; characters XML forbids become spaces. */
export const escaped = (text: string) =>
  text.replace(/[&<>"\r]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] ?? "&#13;").replace(/[\0-\x08\v\f\x0e-\x1f\ufffe\uffff]/g, " ");
