// Live values of a dashboard: written as they come, and greyed when a sensor is silent or the line to the server is cut.
// <div data-island="live" data-stream="…" data-now="ms"> around tiles, each <div class="bz-live" data-feed="code" data-silent-at="ms"
// data-silent-state="words"> with .bz-live__value, .bz-live__state (role="status") and .bz-live__said in it.

interface View {
  feed: string;
  value: string;
  state: string;
  said: string;
  silent_at: number | null;
  silent_state: string;
}

/** How often it is looked whether a sensor has become silent, so that it shows within a second. */
const LOOK_MS = 500;

export function showLive(): void {
  const island = document.querySelector<HTMLElement>('[data-island="live"]');
  const stream = island?.dataset["stream"];
  if (!island || !stream || !("EventSource" in window)) return;
  /** What the server's clock is ahead of ours. */
  let ahead = Number(island.dataset["now"] ?? Date.now()) - Date.now();
  let source: EventSource | undefined;
  const open = (): void => {
    source = new EventSource(stream);
    source.addEventListener("clock", (event) => {
      ahead = Number((event as MessageEvent<string>).data) - Date.now();
    });
    source.addEventListener("values", (event) => {
      const { feeds } = JSON.parse((event as MessageEvent<string>).data) as { feeds: View[] };
      for (const view of feeds) write(island, view);
    });
  };
  // A tab that nobody looks at gives its connection back; the values of now come with the next.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      source?.close();
      source = undefined;
    } else if (!source) {
      open();
    }
  });
  addEventListener("pagehide", () => {
    source?.close();
    source = undefined;
  });
  addEventListener("pageshow", () => {
    if (!source && !document.hidden) open();
  });
  window.setInterval(() => silence(island, Date.now() + ahead), LOOK_MS);
  if (!document.hidden && !source) open();
}

function write(island: HTMLElement, view: View): void {
  for (const tile of island.querySelectorAll<HTMLElement>("[data-feed]")) {
    if (tile.dataset["feed"] !== view.feed) continue;
    say(tile, "value", view.value);
    say(tile, "state", view.state);
    say(tile, "said", view.said);
    tile.classList.toggle("bz-live--silent", view.silent_at === null);
    tile.dataset["silentState"] = view.silent_state;
    if (view.silent_at === null) delete tile.dataset["silentAt"];
    else tile.dataset["silentAt"] = String(view.silent_at);
  }
}

/** Greys what is silent by now, whatever the server says or does not say any more. */
function silence(island: HTMLElement, now: number): void {
  for (const tile of island.querySelectorAll<HTMLElement>("[data-silent-at]")) {
    if (now < Number(tile.dataset["silentAt"])) continue;
    delete tile.dataset["silentAt"];
    tile.classList.add("bz-live--silent");
    say(tile, "state", tile.dataset["silentState"] ?? "");
  }
}

/** Words that did not change are left alone, so that nobody hears them twice. */
function say(tile: HTMLElement, part: string, words: string): void {
  const place = tile.querySelector(`.bz-live__${part}`);
  if (place && place.textContent !== words) place.textContent = words;
}
