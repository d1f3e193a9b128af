// Scripts that are loaded when they are needed, so that the first question need not wait for them.
import { h } from "./dom";

type More = typeof import("./more");
type Digest = (typeof import("./engine/digest"))["digest"];
interface Loaded {
  barazaMore?: More;
  barazaDigest?: { digest: Digest };
}

const loaded = window as unknown as Loaded;
const at = (name: string): string => document.getElementById("phone")?.dataset[name] ?? "";

function load<T>(name: string, find: () => T | undefined): Promise<T> {
  return new Promise((done, failed) => {
    document.head.append(h("script", { src: at(name), load: () => done(find() as T), error: () => failed(new Error(name)) }));
  });
}

let asked: Promise<More> | undefined;

/** Long lists, pictures, sending, and what is kept for later. */
export const more = (): Promise<More> => (asked ??= load("more", () => loaded.barazaMore).then((found) => (found.speak(at("words")), found)));

/** What digest() needs, which few forms call. */
export const digest = async (): Promise<Digest> => (loaded.barazaDigest ?? (await load("digest", () => loaded.barazaDigest))).digest;
