// What the parts of the phone's pages know of each other.
import type { Program } from "./engine";
import { RARE } from "./engine/uses";
import type { Child } from "./dom";
import type { Form, Me } from "./store";
import type { Filling } from "./fill";

/** Where the pages of fillings are shown, and how one goes elsewhere. */
export interface Stage {
  show(title: string, ...content: Child[]): void;
  /** Shows the first questions of a form below its title, before anything is answered. */
  showFirst(step: string, page: string, form: HTMLElement, ...below: Child[]): void;
  /** Notes that a filling lies on the phone from now on. */
  begun(filling: Filling): void;
  /** Says something of the whole phone: it is full, it is offline. */
  warn(...words: Child[]): void;
  home: string;
  me: Me | undefined;
}

/** The address of a page of a filling: part of the form's own, after the #. */
export const placeOf = (id: string, page: string, isChange = false): string => `#/${id}/${encodeURIComponent(page)}${isChange ? "?change" : ""}`;

export const fileAddress = (form: Form, file: string): string => `${form.base}/files/${encodeURIComponent(file)}?version=${form.version}`;

const programs = new Map<string, Promise<Program>>();

/** A form's program, from the phone or the network. */
export function programOf(form: Form): Promise<Program> {
  let found = programs.get(form.program);
  if (!found) {
    found = fetched(form);
    programs.set(form.program, found);
    found.catch(() => programs.delete(form.program));
  }
  return found;
}

async function fetched(form: Form): Promise<Program> {
  const kept = "caches" in self ? await caches.match(form.program) : undefined;
  const answer = kept ?? (await fetch(form.program));
  if (!answer.ok) throw new Error(String(answer.status));
  const text = await answer.text();
  const program = JSON.parse(text) as Program;
  program.uses = RARE.test(text) ? ["rare"] : [];
  return program;
}
