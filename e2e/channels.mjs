// Messages through real gateways: Kannel with an operator that speaks SMPP, Dovecot, a mail server over TLS, USSD as
// aggregators call it. Nothing leaves 127.0.0.1, and everything that was started is ended.
// usage: node channels.mjs PROGRAM
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { certificate, dovecot, free_ports, kannel, mail_server, operator, stop_all } from "./gateways.mjs";
import { command, eventually, must, run, serve, test } from "./lib.mjs";

const SECRET = "secret-of-the-channel-tests";
const PHONE = "6281234567890";
const folder = mkdtempSync(join(tmpdir(), "baraza-channels-"));
const data = join(folder, "data");
const password = "correct horse battery staple";

const tls = certificate(folder);
// Baraza trusts what the operating system trusts, and for these tests our own certificate.
process.env.SSL_CERT_FILE = tls.cert;
// All that could ever be said is said, so that the last test can find what must not be.
process.env.BARAZA_LOG = "info,baraza=debug";
const [operator_port, sendsms_port] = await free_ports(2);
const smsc = await operator(operator_port);
const mailboxes = await dovecot(folder, tls);
const submission = await mail_server(tls, (from, to, mail) => mailboxes.deliver(from, to, mail));

const gateways = [
  "--sms-url", `http://baraza:gateway@127.0.0.1:${sendsms_port}/cgi-bin/sendsms`,
  "--sms-from", "181",
  "--smtp-url", `smtps://lapor%40ngasem.test:submission@127.0.0.1:${submission.port}`,
  "--mail-from", "Kabupaten Ngasem <lapor@ngasem.test>",
  "--imap-url", `imaps://lapor:mailbox@127.0.0.1:${mailboxes.imaps_port}/INBOX`,
  "--channel-secret", SECRET,
];
await command(["user", "add", "--data", data, "--email", "admin@ngasem.test", "--name", "Admin", "--role", "admin", "--password-stdin"],
  { input: `${password}\n` });
const token = await command(["token", "create", "--data", data, "--email", "admin@ngasem.test"]);

// A regency with two villages, a unit that mends what is broken, and an officer of it.
const villages = join(folder, "villages.csv");
writeFileSync(villages, "kode,nama\n35,Jawa Timur\n35.22,Bojonegoro\n35.22.01,Kapas\n35.22.01.2001,Sukowati\n35.22.01.2002,Bangilan\n");
await command(["place", "import", "--data", data, villages]);
const numbers = join(folder, "numbers.csv");
writeFileSync(numbers, "year,n\n2026,1\n");
await command(["dataset", "import", "--data", data, numbers, "--slug", "lamps", "--title", "Lamps", "--organization", "dinas-pu"]);
await command(["request", "profile", "load", "--data", data, "lapor", "helpline-2022"]);
const services = fileURLToPath(new URL("../data/services/regency.toml", import.meta.url));
await command(["request", "service", "load", "--data", data, services]);
await command(["user", "add", "--data", data, "--email", "unit@ngasem.test", "--name", "Officer", "--role", "officer@35.22", "--org", "dinas-pu", "--password-stdin"],
  { input: `${password}\n` });
const officer = await command(["token", "create", "--data", data, "--email", "unit@ngasem.test"]);

// This mail lies there before anybody looks.
await mailboxes.deliver("siti@example.test", "lapor@ngasem.test", letter("<first@phone.test>", "Jalan rusak", "Jalan di depan sekolah rusak."));
const baraza = await serve(data, gateways);
const box = await kannel(folder, { operator_port, sendsms_port, post_url: `${baraza.url}/channels/sms/${SECRET}?id=%I` });

/** What the desk shows of messages: counts, out and in, the newest first. */
async function desk() {
  const answer = await fetch(`${baraza.url}/desk/messages.json`, { headers: { authorization: `Bearer ${token}` } });
  must(answer.ok, `the desk answers ${answer.status}`);
  return answer.json();
}

/** Everything that was heard by a channel, the newest first. */
const heard = async (channel) => (await desk()).in.filter((message) => message.channel === channel);
/** Everything that was sent by a channel, the newest first. */
const sent = async (channel) => (await desk()).out.filter((message) => message.channel === channel);

function letter(id, subject, text, headers = "") {
  return `From: Siti <siti@example.test>\nTo: lapor@ngasem.test\nSubject: ${subject}\nMessage-ID: ${id}\n` +
    `Date: Sat, 21 Nov 2026 09:00:00 +0700\n${headers}Content-Type: text/plain; charset=utf-8\n\n${text}\n`;
}

async function ussd(session, text, secret = SECRET) {
  const body = new URLSearchParams({ sessionId: session, serviceCode: "*181#", phoneNumber: `+${PHONE}`, text });
  const answer = await fetch(`${baraza.url}/channels/ussd/${secret}`, { method: "POST", body });
  return { status: answer.status, text: await answer.text() };
}

test("Kannel binds to the operator and the doctor finds every gateway well", async () => {
  await eventually("Kannel binds", smsc.is_bound);
  const { checks } = JSON.parse(await command(["doctor", "--json", "--data", data, ...gateways]));
  for (const name of ["contacts", "text messages", "mail out", "mail in"]) {
    const check = checks.find((one) => one.name === name);
    must(check?.ok, `${name}: ${check?.says}`);
    must(!check.says.includes("not set"), `${name}: ${check.says}`);
  }
});

test("a text message is heard, answered through Kannel, and its delivery is seen at the desk", async () => {
  smsc.phone_writes(PHONE, "halo");
  await eventually("the answer reaches the operator", () => smsc.submitted.length > 0);
  const answer = smsc.submitted[0];
  must(answer.to === `+${PHONE}` || answer.to === PHONE, `the answer goes to ${answer.to}`);
  must(answer.from === "181", `the answer comes from ${answer.from}`);
  must(answer.text.length > 0, "the answer says something");
  await eventually("the report arrives", async () => (await sent("sms"))[0]?.state === "delivered");
  const [message] = await heard("sms");
  must(message.n_characters === 4, `heard ${message.n_characters} characters`);
});

test("Bengali comes through Kannel letter by letter", async () => {
  const text = "স্কুলের সামনের রাস্তা ভাঙা";
  smsc.phone_writes("8801712345678", text, { is_ucs2: true });
  await eventually("it is heard", async () => (await heard("sms")).length === 2);
  const [message] = await heard("sms");
  must(message.n_characters === text.length, `heard ${message.n_characters} of ${text.length} characters`);
});

test("a phone that is switched off for good leaves a failed message with its reason", async () => {
  smsc.phone_writes("6281234567666", "halo");
  await eventually("the report arrives", async () => (await sent("sms"))[0]?.state === "failed");
  const [message] = await sent("sms");
  must(message.trouble === "sms-not-delivered", `the trouble is ${message.trouble}`);
});

test("while Kannel is away messages wait, and go out when it is back", async () => {
  await box.stop_smsbox();
  const n_before = smsc.submitted.length;
  const answer = await fetch(`${baraza.url}/channels/sms/${SECRET}?id=direct-1`, {
    method: "POST",
    headers: { "content-type": "text/plain; charset=UTF-8", "x-kannel-from": `+${PHONE}`, "x-kannel-to": "181" },
    body: "halo lagi",
  });
  must(answer.ok && (await answer.text()) === "", `the gateway's call is answered ${answer.status}`);
  await eventually("it waits", async () => (await sent("sms"))[0]?.trouble === "sms-gateway-away");
  must((await sent("sms"))[0].state === "queued", "it is not given up");
  await box.start_smsbox();
  await eventually("it goes out", () => smsc.submitted.length > n_before, 60_000);
});

test("nobody is heard without the secret", async () => {
  for (const path of ["/channels/sms/wrong-secret-12345", "/channels/sms/wrong-secret-12345/report?message=1&type=1"]) {
    const answer = await fetch(`${baraza.url}${path}`);
    must(answer.status === 404, `${path} answers ${answer.status}`);
  }
  const answer = await ussd("s0", "", "wrong-secret-12345");
  must(answer.status === 404, `USSD answers ${answer.status}`);
});

test("a USSD session is answered at once with a screen that every phone can show", async () => {
  for (const text of ["", "1", "1*4821", "9*".repeat(40)]) {
    const began = Date.now();
    const { status, text: screen } = await ussd("s1", text);
    must(status === 200 && /^(CON|END)( |$)/.test(screen), `${text}: ${status} ${screen}`);
    must(screen.length <= 4 + 182, `${screen.length} characters`);
    must(Date.now() - began < 5_000, "the network waits five seconds");
  }
});

test("a mail is read over IMAP, answered over SMTP in its thread, and never twice", async () => {
  await eventually("the answer lies in the sender's mailbox", () => mailboxes.mails_of("siti").length > 0, 60_000);
  const [answer] = mailboxes.mails_of("siti");
  for (const line of ["In-Reply-To: <first@phone.test>", "Auto-Submitted: auto-replied", "Subject: Re: Jalan rusak"])
    must(answer.includes(line), `the answer has no ${line}\n${answer}`);
  must((await sent("email")).length === 1, "one answer");
});

test("out-of-office notes and bounces are passed over, and mail after them is heard", async () => {
  await mailboxes.deliver("siti@example.test", "lapor@ngasem.test", letter("<auto@phone.test>", "Cuti", "Saya cuti.", "Auto-Submitted: auto-replied\n"));
  await mailboxes.deliver("", "lapor@ngasem.test", letter("<bounce@phone.test>", "Failed", "x", "Precedence: bulk\n"));
  // The same mail once more, as after a server was restored from a backup.
  await mailboxes.deliver("siti@example.test", "lapor@ngasem.test", letter("<first@phone.test>", "Jalan rusak", "Jalan di depan sekolah rusak."));
  await mailboxes.deliver("siti@example.test", "lapor@ngasem.test", letter("<second@phone.test>", "Air mati", "Air mati sejak Senin."));
  await eventually("the second letter is answered", () => mailboxes.mails_of("siti").length === 2, 60_000);
  const outcomes = (await heard("email")).map((message) => message.outcome).sort();
  must(JSON.stringify(outcomes) === JSON.stringify(["answered", "answered", "ignored", "ignored"]), `outcomes: ${outcomes}`);
});

/** The officer's desk: one page, or one step taken on it. */
async function officers_desk(code, step) {
  const address = `${baraza.url}/desk/requests/${code}`;
  const headers = { authorization: `Bearer ${officer}` };
  const page = await fetch(address, { headers });
  const html = await page.text();
  must(page.ok, `${address} answers ${page.status}`);
  if (!step) return html;
  const revision = html.match(/name="revision" value="(\d+)"/)?.[1] ?? "";
  const answer = await fetch(address, { method: "POST", headers, body: new URLSearchParams({ revision, ...step }), redirect: "manual" });
  must(answer.status === 303, `the step is answered ${answer.status}`);
}

/** Every text message to a phone, put together again where it came in parts. */
const texts_to = (phone) => smsc.submitted.filter((one) => one.to.endsWith(phone)).map((one) => String(one.text));

/** What a public page says of a request. */
async function standing(code) {
  const answer = await fetch(`${baraza.url}/open311/v2/requests/${code}.json`);
  must(answer.ok, `Open311 answers ${answer.status}`);
  return (await answer.json())[0];
}

const ANSWER = "The lamp was replaced on Tuesday morning and shines again; the cable was mended too.";
const SITI = "6281234500001";
let lamp;

test("a text message files a request, and the answer goes out with its code", async () => {
  smsc.phone_writes(SITI, "LAPOR lampu jalan mati di Desa Sukowati");
  await eventually("the code arrives", () => texts_to(SITI).length === 1);
  const [text] = texts_to(SITI);
  lamp = text.match(/^([2-9A-Z]{4}-[2-9A-Z]{4}) diterima/)?.[1];
  must(lamp && text.length <= 160, `${text.length} characters: ${text}`);
  const filed = await standing(lamp.replace("-", ""));
  must(filed.status === "open" && filed.service_code === "street-light", JSON.stringify(filed));
});

test("the officer answers on the desk, and the phone is asked whether it is settled", async () => {
  await officers_desk(lamp.replace("-", ""), { act: "answer", "answer-kind": "done", "answer-text": ANSWER });
  await eventually("the question arrives", () => texts_to(SITI).length >= 2, 30_000);
  const text = texts_to(SITI).slice(1).join("");
  for (const word of [`YA ${lamp}`, `TIDAK ${lamp}`, "ditutup"]) must(text.includes(word), `no ${word} in: ${text}`);
  must(!text.includes("lamp was") && !text.includes("Lampu"), `nothing of the matter: ${text}`);
});

test("TIDAK takes it a level up, and YA closes it", async () => {
  const n = texts_to(SITI).length;
  smsc.phone_writes(SITI, "TIDAK masih gelap");
  await eventually("it goes on", () => texts_to(SITI).length > n);
  must(texts_to(SITI)[n].includes("tingkat 2"), texts_to(SITI)[n]);
  must((await officers_desk(lamp.replace("-", ""))).includes("masih gelap"), "the officer reads why");
  await officers_desk(lamp.replace("-", ""), { act: "answer", "answer-kind": "done", "answer-text": ANSWER });
  await eventually("the question arrives again", () => texts_to(SITI).length > n + 1, 30_000);
  smsc.phone_writes(SITI, `ya ${lamp.toLowerCase()}`);
  await eventually("it is closed", async () => (await standing(lamp.replace("-", ""))).status === "closed");
  await eventually("the phone is told", () => texts_to(SITI).at(-1).includes("Terima kasih"), 30_000);
});

test("a mail with a picture files a request, and its thread is known", async () => {
  const picture = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64").toString("base64");
  const mail = `From: Budi <budi@example.test>\nTo: lapor@ngasem.test\nSubject: Lampu mati\nMessage-ID: <picture@phone.test>\n` +
    `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain; charset=utf-8\n\n` +
    `Lampu jalan di Bangilan mati.\n--x\nContent-Type: image/png; name="foto.png"\nContent-Disposition: attachment; filename="foto.png"\n` +
    `Content-Transfer-Encoding: base64\n\n${picture}\n--x--\n`;
  await mailboxes.deliver("budi@example.test", "lapor@ngasem.test", mail);
  await eventually("the answer lies in the mailbox", () => mailboxes.mails_of("budi").length === 1, 60_000);
  const [answer] = mailboxes.mails_of("budi");
  const code = answer.match(/Subject: Re: Lampu mati \[([2-9A-Z]{4}-[2-9A-Z]{4})\]/)?.[1];
  must(code && answer.includes("In-Reply-To: <picture@phone.test>"), answer);
  const ours = answer.match(/Message-ID: (<[^>]+>)/i)?.[1];
  const page = await officers_desk(code.replace("-", ""));
  must(page.includes(`/desk/requests/${code.replace("-", "")}/photos/`), "the officer sees the picture");
  await officers_desk(code.replace("-", ""), { act: "answer", "answer-kind": "done", "answer-text": ANSWER });
  await eventually("the mail asks", () => mailboxes.mails_of("budi").length === 2, 60_000);
  await mailboxes.deliver("budi@example.test", "lapor@ngasem.test",
    `From: Budi <budi@example.test>\nTo: lapor@ngasem.test\nSubject: Sudah\nMessage-ID: <yes@phone.test>\nIn-Reply-To: ${ours}\n` +
    `Content-Type: text/plain; charset=utf-8\n\nYa\n\n> Beres?\n`);
  await eventually("it is closed", async () => (await standing(code.replace("-", ""))).status === "closed", 60_000);
});

test("a USSD menu files a request with the digits of a place, and a message keeps its code", async () => {
  const caller = "6281234500002";
  const dial = async (text) => {
    const body = new URLSearchParams({ sessionId: "menu-1", serviceCode: "*181#", phoneNumber: `+${caller}`, text });
    return (await fetch(`${baraza.url}/channels/ussd/${SECRET}`, { method: "POST", body })).text();
  };
  must((await dial("5")).startsWith("CON Apa yang Anda perlukan?"), await dial("5"));
  const screen = await dial("5*1*1*2*2001*Lampu di pasar mati*1");
  const code = screen.match(/^END Diterima\. Kode ([2-9A-Z]{4}-[2-9A-Z]{4})/)?.[1];
  must(code, screen);
  await eventually("the code is sent as a message too", () => texts_to(caller).some((text) => text.includes(code)), 30_000);
});

test("no log line names a phone, an address or a word of a message", async () => {
  const said = baraza.said.join("\n");
  for (const word of [PHONE, SITI, "siti@", "budi@", "halo", "rusak", "masih gelap", "lampu", SECRET])
    must(!said.includes(word), `the log says ${word}:\n${said.split("\n").filter((line) => line.includes(word))[0]}`);
});

await run(async () => {
  await baraza.stop();
  await stop_all();
  // The logs of the gateways stay where KEEP asks for them.
  if (process.env.KEEP) console.log(`kept: ${folder}\n${baraza.said.join("\n")}`);
  else rmSync(folder, { recursive: true, force: true });
});
