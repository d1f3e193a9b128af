// Keeps on the telephone what is typed into a form, with its photos, until the server has it: it survives a closed telephone and no
// network, comes back, and is sent when there is a network again. It says what is kept, and deletes it when asked.
// <form data-island="phone-draft" data-keeps="what" data-stored="…" data-forget="…" data-restored="…" data-offline="…">
// <div data-island="phone-draft" data-kept="what where">: the server has these now.

interface Kept {
  at: number;
  values: [name: string, value: string][];
  photos: File[];
  /** Whether it was to be sent, and only the network was missing. */
  waits: boolean;
}

/** Older than this nobody comes back to it. */
const MOST_AGE = 30 * 24 * 3_600_000;
const PAGES = "requests";

export function keepOnPhone(): void {
  if (!("indexedDB" in window)) return;
  const islands = document.querySelectorAll<HTMLElement>('[data-island="phone-draft"]');
  for (const island of islands) {
    for (const key of (island.dataset["kept"] ?? "").split(" ").filter(Boolean)) void forget(key);
    if (island instanceof HTMLFormElement && island.dataset["keeps"]) void keep(island, island.dataset["keeps"]);
  }
  if (islands.length && "serviceWorker" in navigator) {
    const lang = document.documentElement.lang;
    navigator.serviceWorker.register(`/requests/worker.js?lang=${lang}`, { scope: "/requests/new" }).catch(() => undefined);
  }
}

async function keep(form: HTMLFormElement, key: string): Promise<void> {
  const bar = new Bar(form, key);
  // The server has seen what it refuses here, and has kept what it could.
  if (document.querySelector(".govuk-error-summary")) await forget(key);
  const kept = await find(key);
  if (kept && Date.now() - kept.at > MOST_AGE) await forget(key);
  else if (kept) {
    if (restore(form, kept)) bar.say(form.dataset["restored"]);
    if (kept.waits && navigator.onLine) return form.requestSubmit();
  }
  let timer = 0;
  const save = (waits: boolean): Promise<void> => {
    clearTimeout(timer);
    return put(key, read(form, waits));
  };
  const later = (): void => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void save(false).then(() => bar.say(form.dataset["stored"])), 400);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) {
      void save(false);
      return;
    }
    event.preventDefault();
    void save(true).then(() => bar.say(form.dataset["offline"]));
  });
  window.addEventListener("online", () => {
    void find(key).then((kept) => {
      if (kept?.waits) form.requestSubmit();
    });
  });
}

/** What is said above the form of what lies on this telephone. */
class Bar {
  private box: HTMLElement | null = null;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly key: string,
  ) {}

  say(words: string | undefined): void {
    if (!words) return;
    if (!this.box) {
      this.box = document.createElement("div");
      this.box.className = "bz-on-phone";
      this.box.setAttribute("role", "status");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "govuk-button govuk-button--secondary govuk-!-margin-bottom-0";
      button.textContent = this.form.dataset["forget"] ?? "";
      button.addEventListener("click", () => {
        void forget(this.key).then(() => {
          this.form.reset();
          this.box?.remove();
          this.box = null;
        });
      });
      this.box.append(document.createElement("p"), button);
      this.form.before(this.box);
    }
    const said = this.box.querySelector("p");
    if (said && said.textContent !== words) said.textContent = words;
  }
}

function read(form: HTMLFormElement, waits: boolean): Kept {
  const values: Kept["values"] = [];
  const photos: File[] = [];
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string") values.push([name, value]);
    else if (value.size > 0) photos.push(value);
  }
  return { at: Date.now(), values, photos, waits };
}

/** Puts back what the page does not show already; tells whether anything was. */
function restore(form: HTMLFormElement, kept: Kept): boolean {
  let isChanged = false;
  for (const field of form.elements) {
    if (field instanceof HTMLInputElement && field.type === "file") {
      if (!kept.photos.length || field.files?.length) continue;
      const files = new DataTransfer();
      for (const photo of kept.photos) files.items.add(photo);
      field.files = files.files;
      isChanged = true;
    } else if (field instanceof HTMLInputElement && (field.type === "radio" || field.type === "checkbox")) {
      const isChosen = kept.values.some(([name, value]) => name === field.name && value === field.value);
      if (field.name === "remove" || field.checked === isChosen) continue;
      field.checked = isChosen;
      isChanged = true;
    } else if (isTyped(field)) {
      const value = kept.values.find(([name]) => name === field.name)?.[1];
      if (!value || field.value === value) continue;
      field.value = value;
      isChanged = true;
    }
  }
  return isChanged;
}

function isTyped(field: Element): field is HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement {
  return (
    field instanceof HTMLTextAreaElement ||
    field instanceof HTMLSelectElement ||
    (field instanceof HTMLInputElement && !["submit", "button", "image", "hidden"].includes(field.type))
  );
}

function open(): Promise<IDBDatabase> {
  return new Promise((found, failed) => {
    const asked = indexedDB.open("baraza", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(PAGES);
    asked.onsuccess = () => found(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function ask<T>(mode: IDBTransactionMode, what: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> {
  try {
    const database = await open();
    return await new Promise((found, failed) => {
      const asked = what(database.transaction(PAGES, mode).objectStore(PAGES));
      asked.onsuccess = () => found(asked.result);
      asked.onerror = () => failed(asked.error);
    });
  } catch {
    // A private window keeps nothing; the form works all the same.
    return undefined;
  }
}

const find = (key: string): Promise<Kept | undefined> => ask("readonly", (store) => store.get(key) as IDBRequest<Kept | undefined>);
const put = async (key: string, kept: Kept): Promise<void> => void (await ask("readwrite", (store) => store.put(kept, key)));
const forget = async (key: string): Promise<void> => void (await ask("readwrite", (store) => store.delete(key)));
