// Small comforts of forms: a form shown again starts at its errors, and a second press of a button does not send twice.

export function focusErrors(): void {
  const summary = document.querySelector<HTMLElement>(".govuk-error-summary");
  if (!summary) return;
  summary.tabIndex = -1;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const field = link ? document.getElementById(decodeURIComponent(link.hash.slice(1))) : null;
    const input = field instanceof HTMLInputElement || !field ? field : field.querySelector<HTMLElement>("input, select") ?? field;
    if (!input) return;
    event.preventDefault();
    input.focus();
  });
}

export function sendOnce(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    // What another island holds back was not sent.
    if (event.defaultPrevented) return;
    if (!(form instanceof HTMLFormElement) || !form.querySelector('[data-prevent-double-click="true"]')) return;
    if (form.dataset["sent"]) event.preventDefault();
    form.dataset["sent"] = "yes";
    setTimeout(() => delete form.dataset["sent"], 3000);
  });
}
