// What the first question can do without: it is loaded after that one stands there, see `lazy.ts`.
export { speak } from "./dom";
export { answerTo, look, lookUp } from "./choices";
export { combo } from "./combo";
export { languages, showSent, wrongOn } from "./end";
export { keepForLater } from "./later";
export { counts, list } from "./mine";
export { ask, dress } from "./news";
export { flush, resumeAfterSignIn } from "./outbox";
export { rare } from "./rare";
export { complain, showCheck, showEntries } from "./rest";
