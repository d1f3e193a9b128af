// Signing out takes what belongs to the person off the phone, after a warning about what was not sent.
// <form action="/sign-out" data-unsent="… {$n} …">
import * as hall from "../hall/store";
import { fillings, forgetAccount, tell, thing, type Me } from "./store";

const form = document.querySelector<HTMLFormElement>('form[action="/sign-out"]');
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  void leave(form);
});

async function leave(form: HTMLFormElement): Promise<void> {
  try {
    const who = (await thing<Me>("me"))?.who;
    const ofForms = who ? (await fillings()).filter((one) => one.who === who && one.state !== "sent").length : 0;
    const unsent = ofForms + (await hall.unsent());
    if (unsent && !confirm((form.dataset["unsent"] ?? "").replace("{$n}", String(unsent)))) return;
    if (who) {
      await forgetAccount(who);
      tell();
    }
    await hall.forgetAccount();
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
  form.submit();
}
