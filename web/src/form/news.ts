// A form that is shown out of the phone: what the network says of it meanwhile, and whose phone it is by now.
import { h, t } from "./dom";
import { keepForm, keepThing, type Form, type KnownForm, type Me } from "./store";

export interface News {
  form?: Form;
  me?: Me;
  /** What its person must know: it is closed, they are signed out. */
  warning?: string;
  link?: HTMLElement;
}

/** Asks the server for the form as it is by now; undefined when it cannot be reached. */
export async function ask(known: KnownForm): Promise<News | undefined> {
  const answer = await fetch(known.base, { headers: { accept: "text/html" } }).catch(() => undefined);
  if (!answer || answer.status >= 500 || !answer.headers.get("content-type")?.startsWith("text/html")) return undefined;
  if (new URL(answer.url).pathname === "/sign-in") {
    return { warning: t("phone-signed-out"), link: h("a.govuk-link", { href: `/sign-in?next=${encodeURIComponent(known.base)}` }, t("phone-sign-in")) };
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok) return { warning: page.querySelector("main .govuk-body")?.textContent?.trim() };
  const told = page.getElementById("phone");
  const read = <T>(name: string): T | undefined => (told?.dataset[name] ? (JSON.parse(told.dataset[name]) as T) : undefined);
  const form = read<Form>("form");
  const me = read<Me>("me");
  if (me) await keepThing("me", me);
  if (!form) return undefined;
  await keepForm({ ...form, who: form.public ? "" : (me?.who ?? known.who) });
  return { form, me };
}

/** Dresses the page that is the same for everybody: whose it is, and the same place in other languages. */
export function dress(me: Me | undefined): void {
  const account = document.querySelector<HTMLAnchorElement>(".bz-header__account");
  if (account && me) {
    account.textContent = me.name;
    account.href = "/account";
  }
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[hreflang]")) link.href = location.pathname + new URL(link.href).search;
}
