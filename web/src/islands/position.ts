// The telephone's own position, and a map to press on, for the fields "lat" and "lon".
// <div data-island="position" data-label="…" data-waiting="…" data-failed="…">
// <input type="image" data-island="spot" data-box="NORTH WEST SOUTH EAST" data-said="…">: without a script the press is sent as it is.

export function findPosition(): void {
  const lat = document.getElementById("lat");
  const lon = document.getElementById("lon");
  if (!(lat instanceof HTMLInputElement) || !(lon instanceof HTMLInputElement)) return;
  const fill = (latitude: number, longitude: number): void => {
    lat.value = latitude.toFixed(6);
    lon.value = longitude.toFixed(6);
    for (const field of [lat, lon]) field.dispatchEvent(new Event("input", { bubbles: true }));
    lat.closest("details")?.setAttribute("open", "");
  };
  const island = document.querySelector<HTMLElement>('[data-island="position"]');
  if (island && "geolocation" in navigator) addButton(island, fill);
  const map = document.querySelector<HTMLInputElement>('input[data-island="spot"]');
  if (map) press(map, fill);
}

function addButton(island: HTMLElement, fill: (lat: number, lon: number) => void): void {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "govuk-button govuk-button--secondary";
  button.textContent = island.dataset["label"] ?? "";
  const output = document.createElement("output");
  output.className = "govuk-hint";
  island.append(button, output);
  button.addEventListener("click", () => {
    output.textContent = island.dataset["waiting"] ?? "";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        fill(coords.latitude, coords.longitude);
        output.textContent = `± ${Math.round(coords.accuracy)} m`;
      },
      () => (output.textContent = island.dataset["failed"] ?? ""),
      { enableHighAccuracy: true, timeout: 30_000, maximumAge: 0 },
    );
  });
}

function press(map: HTMLInputElement, fill: (lat: number, lon: number) => void): void {
  const [north, west, south, east] = (map.dataset["box"] ?? "").split(" ").map(Number);
  if (north === undefined || west === undefined || south === undefined || east === undefined) return;
  const frame = document.createElement("span");
  frame.className = "bz-spot__frame";
  map.replaceWith(frame);
  const mark = document.createElement("span");
  mark.className = "bz-spot__mark";
  mark.hidden = true;
  const output = document.createElement("output");
  output.className = "govuk-hint";
  frame.append(map, mark);
  frame.after(output);
  map.addEventListener("click", (event) => {
    event.preventDefault();
    // A keyboard presses no point.
    if (event.detail === 0) return;
    const [x, y] = [event.offsetX / map.clientWidth, event.offsetY / map.clientHeight];
    fill(north + (south - north) * y, west + (east - west) * x);
    mark.style.left = `${event.offsetX}px`;
    mark.style.top = `${event.offsetY}px`;
    mark.hidden = false;
    output.textContent = map.dataset["said"] ?? "";
  });
}
