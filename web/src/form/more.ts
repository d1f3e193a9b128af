// What the first question can do without: it is loaded after that one stands there, see `lazy.ts`.
export { speak } from "./dom";
export { answerTo, look, lookUp } from "./choices";
export { combo } from "./combo";
export { pad } from "./draw";
export { answersOf, ask, languages, showSent, wrongOn } from "./end";
export { keepForLater } from "./later";
export { counts, list } from "./mine";
export { flush, resumeAfterSignIn, sendLater } from "./outbox";
export { made, nameOf } from "./photos";
export { position } from "../islands/geopoint";
