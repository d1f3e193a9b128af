// What lies on the phone of somebody's answers: not finished, waiting, in need of them, sent.
import { h, summaryList, t, type Child, type Row } from "./dom";
import { ask } from "./end";
import { flush, needsSignIn } from "./outbox";
import { placeOf, type Stage } from "./stage";
import * as store from "./store";

const STATES: store.State[] = ["needs", "waiting", "draft", "sent"];
const COLOURS: Record<store.State, string> = { needs: "red", waiting: "yellow", draft: "blue", sent: "green" };

/** Counts in one line, "Waiting: 3", with a way to the list; nothing when there is nothing. */
export function counts(all: store.Filling[], who: string): Child[] {
  const mine = all.filter((one) => one.who === who || one.who === "");
  const words = STATES.flatMap((state) => {
    const n = mine.filter((one) => one.state === state).length;
    return n ? [t(`phone-count-${state === "draft" ? "drafts" : state}`, { n })] : [];
  });
  return words.length ? [words.join(" · ")] : [];
}

/** Lists fillings, of one form or of all. */
export function list(stage: Stage, all: store.Filling[], base?: string): Child[] {
  const who = stage.me?.who ?? "";
  const mine = all.filter((one) => (one.who === who || one.who === "") && (!base || one.base === base));
  const others = all.filter((one) => one.who && one.who !== who && one.state !== "sent").length;
  const rows = STATES.flatMap((state) => mine.filter((one) => one.state === state)).map((one) => row(stage, one));
  return [
    rows.length > 0 && h("h2.govuk-heading-m", {}, t("phone-mine")),
    rows.length > 0 && summaryList(rows),
    rows.length === 0 && !base && h("p.govuk-body", {}, t("phone-none")),
    others > 0 && h("p.govuk-body", {}, t("phone-others", { n: others })),
  ];
}

function row(stage: Stage, one: store.Filling): Row {
  const title = one.name || one.title;
  const actions: Row["actions"] = [];
  const open = `${one.base}${placeOf(one.id, one.page)}`;
  if (one.state === "draft") actions.push([t("phone-go-on"), open]);
  if (one.state === "needs" && needsSignIn(one)) actions.push([t("phone-sign-in"), `/sign-in?next=${encodeURIComponent(one.base)}`]);
  if (one.state === "needs" && !needsSignIn(one)) actions.push([t("phone-change-answers"), open]);
  if (one.state === "waiting" || one.state === "needs") {
    actions.push([t("phone-send-now"), () => void store.keep({ ...one, state: "waiting", next: 0 }).then(() => flush(true))]);
  }
  // What is on its way may have arrived already; only what surely has not is deleted.
  if (one.state !== "waiting") actions.push([t("phone-delete"), () => askDelete(stage, one, title)]);
  return {
    key: title,
    value: h("div", {}, h(`strong.govuk-tag.govuk-tag--${COLOURS[one.state]}`, {}, t(`phone-${one.state}`)),
      h("div.govuk-hint.govuk-!-margin-bottom-0", {}, `${one.name ? `${one.title} · ` : ""}${changedOn(one.changed)}`),
      one.state === "needs" && h("div", {}, one.sentence ?? "")),
    actions,
  };
}

function askDelete(stage: Stage, one: store.Filling, title: string): void {
  const back = (): void => void location.reload();
  if (one.state === "sent") return void store.forget(one.id).then(() => store.tell());
  ask(stage, "phone-delete", title, t("phone-delete-title"), () => void store.forget(one.id).then(back), back);
}

const changedOn = (at: number): string =>
  new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" }).format(at);
