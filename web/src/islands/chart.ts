// Reads out a chart's or a map's marks, one at a time: under the pointer, or by the arrow keys.
// A figure `data-island="chart"` holds the drawing, whose marks each have a <title>, and an <output>.

export function readOutCharts(): void {
  for (const figure of document.querySelectorAll<HTMLElement>('[data-island="chart"]')) {
    const drawing = figure.querySelector<SVGSVGElement>("svg");
    const output = figure.querySelector("output");
    const marks = drawing ? [...drawing.querySelectorAll<SVGElement>("[data-mark]")] : [];
    if (drawing && output && marks.length > 0) readOut(drawing, output, marks);
  }
}

function readOut(drawing: SVGSVGElement, output: HTMLOutputElement, marks: SVGElement[]): void {
  let current = -1;
  const show = (index: number): void => {
    marks[current]?.classList.remove("bz-mark--current");
    current = index;
    const mark = marks[index];
    mark?.classList.add("bz-mark--current");
    output.textContent = mark?.querySelector("title")?.textContent ?? "";
  };
  const markOf = (event: Event): number =>
    event.target instanceof Element ? marks.indexOf(event.target.closest<SVGElement>("[data-mark]") as SVGElement) : -1;

  drawing.addEventListener("pointerover", (event) => {
    const index = markOf(event);
    if (index >= 0) show(index);
  });
  drawing.addEventListener("focusin", (event) => {
    const index = markOf(event);
    if (index >= 0) show(index);
  });
  // A map's places are links, which the keyboard reaches already.
  if (drawing.querySelector("a")) return;
  drawing.setAttribute("tabindex", "0");
  drawing.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    show(current < 0 ? (step > 0 ? 0 : marks.length - 1) : (current + step + marks.length) % marks.length);
  });
  drawing.addEventListener("blur", () => show(-1));
}
