// Scripts, and a style sheet, that are loaded when they are needed, so that the first question need not wait for them.
import { h } from "./dom";

type More = typeof import("./more");
type Rare = (typeof import("./engine/rare"))["rare"];
interface Loaded {
  barazaMore?: More;
  barazaRare?: { rare: Rare };
}

const loaded = window as unknown as Loaded;
const at = (name: string): string => document.getElementById("phone")?.dataset[name] ?? "";

function load<T>(name: string, find: () => T | undefined): Promise<T> {
  return new Promise((done, failed) => {
    document.head.append(h("script", { src: at(name), load: () => done(find() as T), error: () => failed(new Error(name)) }));
  });
}

let asked: Promise<More> | undefined;

/** Long lists, pictures, sending, and what is kept for later; with the style of what comes after the first questions. */
export function more(): Promise<More> {
  if (!asked) {
    const href = at("style");
    if (!document.querySelector(`link[href="${href}"]`)) document.head.append(h("link", { rel: "stylesheet", href }));
    asked = load("more", () => loaded.barazaMore).then((found) => (found.speak(at("words")), found));
    // It is asked for again when there is a network.
    asked.catch(() => (asked = undefined));
  }
  return asked;
}

/** The same, if it is there already. */
export const loadedMore = (): More | undefined => (asked && loaded.barazaMore) || undefined;

/** Functions that few forms call. */
export const rare = async (): Promise<Rare> => (loaded.barazaRare ?? (await load("rare", () => loaded.barazaRare))).rare;
