// All screens but the first are a script of their own, loaded once the first is shown, so that it need not wait for them.
import { h, t } from "../form/dom";
import * as outbox from "./outbox";
import * as store from "./store";

type Screens = typeof import("./screens");

/** What both scripts share, because it remembers something: `build.mjs` has the other one take it from here. */
const shared = {
  dom: { h, t },
  outbox: { baseOf: outbox.baseOf, tryAgain: outbox.tryAgain },
  store: {
    forgetEntry: store.forgetEntry, forgetPhoto: store.forgetPhoto, forgetThing: store.forgetThing, isFull: store.isFull,
    keepPhoto: store.keepPhoto, keepThing: store.keepThing, photo: store.photo, tell: store.tell, thing: store.thing,
  },
};
const global = window as unknown as { barazaHall: typeof shared; barazaHallMore?: Screens };
global.barazaHall = shared;

/** The script is neither on the device nor to be had now. */
export class Missing extends Error {}

let asked: Promise<Screens> | undefined;

/** The other screens; asked for again after it failed. */
export function screens(): Promise<Screens> {
  asked ??= new Promise<Screens>((done, failed) => {
    const src = document.getElementById("hall")?.dataset["more"] ?? "";
    const loaded = (): void => (global.barazaHallMore ? done(global.barazaHallMore) : failed(new Missing()));
    document.head.append(h("script", { src, load: loaded, error: () => failed(new Missing()) }));
  });
  asked.catch(() => (asked = undefined));
  return asked;
}
