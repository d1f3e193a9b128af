// Signing out takes what belongs to the person off the phone, after a warning about what was not sent.
// <form action="/sign-out" data-unsent="… {$n} …">
import { fillings, forgetAccount, tell, thing, type Me } from "./store";

const form = document.querySelector<HTMLFormElement>('form[action="/sign-out"]');
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  void leave(form);
});

async function leave(form: HTMLFormElement): Promise<void> {
  try {
    const who = (await thing<Me>("me"))?.who;
    if (who) {
      const unsent = (await fillings()).filter((one) => one.who === who && one.state !== "sent").length;
      if (unsent && !confirm((form.dataset["unsent"] ?? "").replace("{$n}", String(unsent)))) return;
      await forgetAccount(who);
      tell();
    }
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
  form.submit();
}
