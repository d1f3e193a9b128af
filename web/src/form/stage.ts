// What the parts of the phone's pages know of each other.
import type { Program } from "./engine";
import type { Child } from "./dom";
import type { Form, Me } from "./store";

/** Where the pages of fillings are shown, and how one goes elsewhere. */
export interface Stage {
  show(title: string, ...content: Child[]): void;
  /** Says something of the whole phone: it is full, it is offline. */
  warn(words: string): void;
  home: string;
  me: Me | undefined;
}

/** The address of a page of a filling: part of the form's own, after the #. */
export const placeOf = (id: string, page: string, isChange = false): string => `#/${id}/${encodeURIComponent(page)}${isChange ? "?change" : ""}`;

export const fileAddress = (form: Form, file: string): string => `${form.base}/files/${encodeURIComponent(file)}?version=${form.version}`;

/** A form's program, from the phone or the network. */
export async function programOf(form: Form): Promise<Program> {
  const kept = "caches" in self ? await caches.match(form.program) : undefined;
  const answer = kept ?? (await fetch(form.program));
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as Program;
}
