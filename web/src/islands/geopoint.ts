// Fills a point question from the device's own position.
// <div data-island="geopoint" data-for="FIELD" data-label="…" data-waiting="…" data-failed="…">, beside the text field of that id.

/** The device's position as an XForms geopoint: latitude, longitude, altitude in metres, accuracy in metres. */
export function position(): Promise<string> {
  return new Promise((found, failed) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        found(`${coords.latitude.toFixed(7)} ${coords.longitude.toFixed(7)} ${(coords.altitude ?? 0).toFixed(1)} ${coords.accuracy.toFixed(1)}`),
      failed,
      { enableHighAccuracy: true, timeout: 30_000, maximumAge: 0 },
    );
  });
}

export function locate(): void {
  if (!("geolocation" in navigator)) return;
  for (const island of document.querySelectorAll<HTMLElement>('[data-island="geopoint"]')) {
    const field = document.getElementById(island.dataset["for"] ?? "");
    if (field instanceof HTMLInputElement) addButton(island, field);
  }
}

function addButton(island: HTMLElement, field: HTMLInputElement): void {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "govuk-button govuk-button--secondary";
  button.textContent = island.dataset["label"] ?? "";
  const output = document.createElement("output");
  output.className = "govuk-hint";
  island.append(button, output);
  button.addEventListener("click", () => {
    output.textContent = island.dataset["waiting"] ?? "";
    position().then(
      (words) => {
        field.value = words;
        field.dispatchEvent(new Event("change", { bubbles: true }));
        output.textContent = `± ${Math.round(Number(words.split(" ").pop()))} m`;
      },
      () => {
        output.textContent = island.dataset["failed"] ?? "";
      },
    );
  });
}
