// A choice out of a long list: letters are typed, choices that begin so are offered (the combobox pattern of the ARIA practices).
import { h, t } from "./dom";

export interface Choice {
  value: string;
  label: string;
}

export interface Search {
  choices: Choice[];
  /** How many fit, given or not. */
  n: number;
}

export interface Combo {
  id: string;
  /** The label of what is chosen, "" for nothing. */
  chosen: string;
  describedBy: string;
  isWrong: boolean;
  find(typed: string): Promise<Search | undefined>;
  /** Takes the choice, "" for none. */
  choose(value: string): void;
}

const DELAY = 150;

export function combo({ id, chosen, describedBy, isWrong, find, choose }: Combo): HTMLElement {
  const input = h<HTMLInputElement>(`input.govuk-input${isWrong ? ".govuk-input--error" : ""}`, {
    id, type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", value: chosen,
    "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": `${id}-list`, "aria-describedby": `${describedBy} ${id}-how`.trim(),
  });
  const list = h("ul.bz-combo__list", { id: `${id}-list`, role: "listbox", "aria-label": t("choose"), hidden: true });
  const said = h("div.govuk-hint.bz-combo__said", { id: `${id}-how`, role: "status" }, chosen ? t("phone-search-chosen", { choice: chosen }) : t("phone-search-hint"));
  let choices: Choice[] = [];
  let at = -1;
  let timer = 0;
  let turn = 0;

  const close = (): void => {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const take = (choice: Choice): void => {
    chosen = choice.label;
    input.value = choice.label;
    said.textContent = t("phone-search-chosen", { choice: choice.label });
    close();
    choose(choice.value);
  };
  const mark = (next: number): void => {
    if (!choices.length) return;
    at = (next + choices.length) % choices.length;
    [...list.children].forEach((option, position) => option.setAttribute("aria-selected", String(position === at)));
    list.children[at]?.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", `${id}-list-${at}`);
  };
  const offer = async (): Promise<void> => {
    const mine = (turn += 1);
    const found = await find(input.value).catch(() => undefined);
    // Somebody typed on meanwhile.
    if (mine !== turn) return;
    choices = found?.choices ?? [];
    list.replaceChildren(...choices.map((choice, position) =>
      h("li.bz-combo__option", {
        id: `${id}-list-${position}`, role: "option", "aria-selected": "false",
        // Before the input loses the focus.
        pointerdown: (event) => event.preventDefault(), click: () => take(choice),
      }, choice.label)));
    at = -1;
    list.hidden = !choices.length;
    input.setAttribute("aria-expanded", String(!!choices.length));
    input.removeAttribute("aria-activedescendant");
    said.textContent = !found ? t("phone-search-offline") : found.n ? t(found.n > choices.length ? "phone-search-many" : "phone-search-found", { n: found.n }) : t("phone-search-none");
  };
  const leave = (): void => {
    if (input.value.trim() === "" && chosen) take({ value: "", label: "" });
    else if (input.value !== chosen) {
      const exact = choices.filter((choice) => choice.label.toLowerCase() === input.value.trim().toLowerCase());
      if (exact.length === 1) take(exact[0] as Choice);
      else input.value = chosen;
    }
    close();
  };
  input.addEventListener("input", (event) => {
    event.stopPropagation();
    clearTimeout(timer);
    timer = window.setTimeout(() => void offer(), DELAY);
  });
  input.addEventListener("change", (event) => event.stopPropagation());
  input.addEventListener("click", () => void offer());
  input.addEventListener("blur", leave);
  input.addEventListener("keydown", (event) => {
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) void offer().then(() => mark(0));
      else mark(key === "ArrowDown" ? at + 1 : at < 0 ? -1 : at - 1);
    } else if (key === "Enter") {
      const choice = choices[at];
      if (!list.hidden) event.preventDefault();
      if (choice && !list.hidden) take(choice);
    } else if (key === "Escape") {
      input.value = chosen;
      close();
    }
  });
  return h("div.bz-combo", {}, input, list, said);
}
