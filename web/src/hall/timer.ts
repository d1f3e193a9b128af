// A timer for a discussion: it goes on while the page is away, and through a reload, because only its end is kept.
import { h, t } from "../form/dom";
import { left } from "./check";
import { forgetThing, keepThing, thing } from "./store";

const MINUTES = [5, 10, 15, 20, 30];
let ticking: ReturnType<typeof setInterval> | undefined;

/** A part that shows how long is left, with buttons for how long. */
export function timer(round: string): HTMLElement {
  const key = `timer ${round}`;
  const shown = h("output.bz-hall-time", { "aria-live": "off" });
  const said = h("span.govuk-visually-hidden", { role: "status" });
  const choices = h("div.bz-hall-row", {});
  const stop = h("button.govuk-button.govuk-button--secondary", { type: "button", hidden: true }, t("timer-stop"));
  let ends = 0;
  const draw = (): void => {
    if (!shown.isConnected && ticking) return clearInterval(ticking);
    shown.textContent = ends ? left(ends, Date.now()) : "";
    stop.hidden = !ends;
    choices.hidden = !!ends;
    if (ends && Date.now() >= ends && said.textContent !== t("timer-over")) shown.textContent = said.textContent = t("timer-over");
    else if (ends && Date.now() >= ends) shown.textContent = t("timer-over");
  };
  const begin = (until: number): void => {
    ends = until;
    said.textContent = "";
    clearInterval(ticking);
    if (ends) ticking = setInterval(draw, 1000);
    draw();
  };
  for (const n of MINUTES) {
    const start = (): void => void keepThing(key, Date.now() + n * 60_000).then(() => (begin(Date.now() + n * 60_000), stop.focus()));
    choices.append(h("button.govuk-button.govuk-button--secondary", { type: "button", click: start }, t("timer-minutes", { n })));
  }
  stop.addEventListener("click", () => void forgetThing(key).then(() => (begin(0), choices.querySelector("button")?.focus())));
  void thing<number>(key).then((kept) => kept && begin(kept));
  return h("section.bz-hall-timer", { "aria-label": t("timer") }, h("h2.govuk-heading-m", {}, t("timer")), shown, said, choices, stop);
}
