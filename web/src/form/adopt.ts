// What was typed into the server's first questions before the scripts were there.

type Input = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const isInput = (element: Element | null): element is Input => !!element?.matches("input[name], textarea[name], select[name]");
const isTick = (input: Input): input is HTMLInputElement => input.matches("[type=radio], [type=checkbox]");

/** Puts one form in the place of another: with its answers, and with the cursor where it was. */
export function adopt(old: HTMLElement, put: () => void): void {
  const inputs = [...old.querySelectorAll("input, textarea, select")].filter(isInput);
  const focus = inputs.find((input) => input === document.activeElement);
  const [start, end] = focus && "selectionStart" in focus ? [focus.selectionStart, focus.selectionEnd] : [];
  put();
  const twin = (input: Input): Input | undefined => {
    const same = [...document.getElementsByName(input.name)].filter(isInput);
    return isTick(input) ? same.find((one) => one.value === input.value) : same[inputs.filter((one) => one.name === input.name).indexOf(input)];
  };
  const changed = inputs.filter(isChanged);
  for (const input of changed) {
    const now = twin(input);
    if (!now || now.type !== input.type) continue;
    if (isTick(now) && isTick(input)) now.checked = input.checked;
    else if (now instanceof HTMLInputElement && now.type === "file") now.files = (input as HTMLInputElement).files;
    else now.value = input.value;
    now.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const now = focus && twin(focus);
  now?.focus({ preventScroll: true });
  if (typeof start === "number" && now && "setSelectionRange" in now) now.setSelectionRange(start, end ?? start);
}

function isChanged(input: Input): boolean {
  if (isTick(input)) return input.checked !== input.defaultChecked;
  if (input.matches("[type=hidden]")) return false;
  if (input instanceof HTMLSelectElement) return [...input.options].some((option) => option.selected !== option.defaultSelected) && input.value !== "";
  return input.value !== input.defaultValue;
}
