// Shows what could be meant while somebody types a search: links under the field, and how many there are for who listens.
// <form data-island="suggest" data-suggest="/suggest/data.json"> around an <input type="search">; without script the form does it all.

/** Wait until a word is typed before asking, so that not every letter is a question. */
const CALM_MS = 180;

interface Suggested {
  told: string;
  datasets: { title: string; href: string }[];
}

export function suggest(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-island="suggest"]')) {
    const input = form.querySelector<HTMLInputElement>('input[type="search"]');
    const address = form.dataset["suggest"];
    if (input && address) answer(input, address);
  }
}

function answer(input: HTMLInputElement, address: string): void {
  const told = document.createElement("p");
  told.className = "govuk-visually-hidden";
  told.setAttribute("role", "status");
  const list = document.createElement("ul");
  list.className = "govuk-list";
  list.hidden = true;
  input.after(told, list);
  let timer = 0;
  let asked: AbortController | undefined;
  const clear = (): void => {
    list.hidden = true;
    list.replaceChildren();
    told.textContent = "";
  };
  const ask = async (): Promise<void> => {
    asked?.abort();
    const words = input.value.trim();
    if (words.length < 2) return clear();
    const mine = new AbortController();
    asked = mine;
    const found = await fetch(`${address}?q=${encodeURIComponent(input.value)}`, { signal: mine.signal }).catch(() => undefined);
    if (!found?.ok || mine.signal.aborted) return;
    const { told: words_of_number, datasets } = (await found.json()) as Suggested;
    if (mine.signal.aborted) return;
    told.textContent = words_of_number;
    list.replaceChildren(
      ...datasets.map(({ title, href }) => {
        const link = document.createElement("a");
        link.className = "govuk-link";
        link.href = href;
        link.textContent = title;
        const item = document.createElement("li");
        item.append(link);
        return item;
      }),
    );
    list.hidden = datasets.length === 0;
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), CALM_MS);
  });
  input.form?.addEventListener("keydown", (event) => {
    if (event.key === "Escape") clear();
  });
}
