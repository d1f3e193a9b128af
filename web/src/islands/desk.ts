// The desk of requests: news that come while a page is open, and keys for its list.
// <div data-island="desk" data-stream="…" [data-counts="…" data-since="µs"] data-news="… {$n} …" data-refresh="…"> around the page; the
// paragraph .bz-desk-news in it (role="status") is where news are said. Focus and scroll position are never touched.

/** Wait this long for further news before asking for counts, so that many open desks do not all ask at once. */
const CALM_MS = 1_500;

export function desk(): void {
  const island = document.querySelector<HTMLElement>('[data-island="desk"]');
  if (!island) return;
  const stream = island.dataset["stream"];
  const news = island.querySelector<HTMLElement>(".bz-desk-news");
  if (stream && news && "EventSource" in window) listen(island, stream, news);
  const items = [...island.querySelectorAll<HTMLElement>(".bz-queue__item")];
  if (items.length > 0) walk(items);
}

function listen(island: HTMLElement, stream: string, news: HTMLElement): void {
  let source: EventSource | undefined;
  let timer = 0;
  const heard = (): void => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void tell(island, news), CALM_MS + Math.random() * CALM_MS);
  };
  const open = (): void => {
    source = new EventSource(stream);
    source.addEventListener("changed", heard);
  };
  // A tab that nobody looks at gives its connection back; what it missed is asked for when it is looked at again.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      source?.close();
      source = undefined;
    } else if (!source) {
      open();
      heard();
    }
  });
  addEventListener("pagehide", () => source?.close());
  if (!document.hidden) open();
}

async function tell(island: HTMLElement, news: HTMLElement): Promise<void> {
  const address = island.dataset["counts"];
  if (!address) return;
  const answer = await fetch(`${address}?since=${island.dataset["since"] ?? ""}`, { headers: { accept: "application/json" } }).catch(() => undefined);
  if (!answer?.ok) return;
  const counts = (await answer.json()) as Record<string, number>;
  refresh(island, counts);
  const n = counts["new"] ?? 0;
  if (n === 0) return;
  const template = n === 1 ? island.dataset["newsOne"] : island.dataset["news"];
  const words = (template ?? "").replace("%n%", String(n));
  if (news.dataset["said"] === words) return;
  news.dataset["said"] = words;
  const link = document.createElement("a");
  link.className = "govuk-link";
  link.href = location.href;
  link.textContent = island.dataset["refresh"] ?? "";
  news.replaceChildren(`${words} `, link);
}

/** Writes the counts that are shown beside lights and tabs anew. */
function refresh(island: HTMLElement, counts: Record<string, number>): void {
  const format = new Intl.NumberFormat(document.documentElement.lang);
  for (const place of island.querySelectorAll<HTMLElement>("[data-count]")) {
    const n = counts[place.dataset["count"] ?? ""];
    if (n !== undefined) place.textContent = format.format(n);
  }
}

/** j and k walk through the list, x ticks, Enter opens, b goes to the steps for several. */
function walk(items: HTMLElement[]): void {
  let at = -1;
  const go = (to: number): void => {
    items[at]?.classList.remove("bz-queue__item--current");
    at = Math.max(0, Math.min(items.length - 1, to));
    const item = items[at];
    item?.classList.add("bz-queue__item--current");
    item?.querySelector<HTMLElement>(".bz-queue__code")?.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
    switch (event.key) {
      case "j":
        go(at + 1);
        break;
      case "k":
        go(at < 0 ? 0 : at - 1);
        break;
      case "x": {
        const box = items[at]?.querySelector<HTMLInputElement>("input[type=checkbox]");
        if (box) box.checked = !box.checked;
        break;
      }
      case "Enter":
        // On a link or a button Enter does what it always does.
        if (target?.closest("a, button, summary")) return;
        items[at]?.querySelector<HTMLAnchorElement>(".bz-queue__code")?.click();
        break;
      case "b":
        document.getElementById("bulk")?.focus();
        break;
      default:
        return;
    }
    event.preventDefault();
  });
}
