// The gateways of the channel tests, each a real program or package on 127.0.0.1: Kannel, an operator that speaks
// SMPP, Dovecot (IMAP and LMTP) and a mail server that takes what goes out.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import smpp from "smpp";
import { SMTPServer } from "smtp-server";

const started = [];
const children = new Set();
// Whatever goes wrong before the tests run, no daemon stays behind.
process.on("exit", () => children.forEach((child) => child.kill("SIGTERM")));

/** Ports that nobody listens on, all different. */
export async function free_ports(n) {
  const servers = await Promise.all(
    Array.from({ length: n }, async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      return server;
    }),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => (server.close(), once(server, "close"))));
  return ports;
}

/** Starts a daemon in the foreground, and remembers it by its process. */
function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"], ...options });
  children.add(child);
  child.once("exit", () => children.delete(child));
  const said = [];
  createInterface({ input: child.stderr }).on("line", (line) => said.push(line));
  const daemon = {
    said,
    exited: once(child, "exit"),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGTERM");
        // One that does not end within its time is ended.
        const late = setTimeout(() => child.kill("SIGKILL"), 5_000);
        await daemon.exited;
        clearTimeout(late);
      }
    },
  };
  started.push(daemon);
  return daemon;
}

/** Ends everything that was started, the last first. */
export async function stop_all() {
  for (const daemon of started.reverse()) await daemon.stop();
}

/** A certificate of our own for 127.0.0.1; returns the files of key and certificate. */
export function certificate(folder) {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  execFileSync("openssl", [
    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
    "-keyout", key, "-out", cert, "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
    "-addext", "basicConstraints=critical,CA:FALSE",
  ], { stdio: "ignore" });
  return { key, cert };
}

/** An operator's message centre: it takes what Kannel submits, reports on it, and sends what phones write. */
export async function operator(port) {
  const submitted = []; // { to, from, text, coding }
  let session;
  const server = smpp.createServer((bound) => {
    bound.on("error", () => {}); // Kannel hangs up when it is stopped
    bound.on("bind_transceiver", (pdu) => {
      if (pdu.password !== "operator") return bound.send(pdu.response({ command_status: smpp.ESME_RBINDFAIL }));
      session = bound;
      bound.send(pdu.response());
    });
    bound.on("enquire_link", (pdu) => bound.send(pdu.response()));
    bound.on("unbind", (pdu) => bound.send(pdu.response()));
    bound.on("submit_sm", (pdu) => {
      const id = String(1_000 + submitted.length);
      submitted.push({
        to: pdu.destination_addr,
        from: pdu.source_addr,
        text: pdu.short_message?.message ?? "",
        coding: pdu.data_coding,
      });
      bound.send(pdu.response({ message_id: id }));
      if (pdu.registered_delivery & 1) {
        // A number that ends in 666 is switched off for good.
        const stat = pdu.destination_addr.endsWith("666") ? "UNDELIV" : "DELIVRD";
        const day = "2611210900";
        setTimeout(() => bound.deliver_sm({
          source_addr: pdu.destination_addr,
          destination_addr: pdu.source_addr,
          esm_class: 4,
          short_message: `id:${id} sub:001 dlvrd:001 submit date:${day} done date:${day} stat:${stat} err:000 text:`,
        }), 100);
      }
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  started.push({ stop: async () => { session?.close(); server.close(); } });
  return {
    submitted,
    is_bound: () => session !== undefined,
    /** Sends what a phone wrote. */
    phone_writes(from, text, { is_ucs2 = false } = {}) {
      const words = is_ucs2 ? { data_coding: 8 } : { data_coding: 0 };
      session.deliver_sm({
        source_addr_ton: 1, source_addr_npi: 1, source_addr: from,
        destination_addr: "181", short_message: { message: text }, ...words,
      });
    },
  };
}

/** Kannel's two programs, bound to the operator; what comes in goes to `post_url`. */
export async function kannel(folder, { operator_port, sendsms_port, post_url }) {
  const [admin_port, box_port] = await free_ports(2);
  const store = join(folder, "kannel.store");
  const conf = join(folder, "kannel.conf");
  writeFileSync(conf, `
group = core
admin-port = ${admin_port}
admin-interface = "127.0.0.1"
admin-password = "tests"
smsbox-port = ${box_port}
smsbox-interface = "127.0.0.1"
box-allow-ip = "127.0.0.1"
log-level = 1
log-file = "${join(folder, "bearerbox.log")}"
store-type = file
store-location = "${store}"
dlr-storage = internal

group = smsc
smsc = smpp
smsc-id = operator
host = 127.0.0.1
port = ${operator_port}
transceiver-mode = true
smsc-username = "baraza"
smsc-password = "operator"
system-type = ""
interface-version = 34
reconnect-delay = 1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = ${sendsms_port}
sendsms-interface = "127.0.0.1"
log-level = 1
log-file = "${join(folder, "smsbox.log")}"

group = sendsms-user
username = baraza
password = gateway
concatenation = true
max-messages = 10
default-sender = 181

group = sms-service
keyword = default
catch-all = true
send-sender = true
omit-empty = true
max-messages = 0
post-url = "${post_url}"
`);
  const bearerbox = start("/usr/sbin/bearerbox", ["-v", "4", conf], { cwd: folder });
  await answers(box_port, bearerbox, join(folder, "bearerbox.log"));
  const smsbox = start("/usr/sbin/smsbox", ["-v", "4", conf], { cwd: folder });
  await answers(sendsms_port, smsbox, join(folder, "smsbox.log"));
  return {
    async stop_smsbox() {
      await smsbox.stop();
    },
    async start_smsbox() {
      const again = start("/usr/sbin/smsbox", ["-v", "4", conf], { cwd: folder });
      await answers(sendsms_port, again, join(folder, "smsbox.log"));
    },
  };
}

/** Dovecot with a mailbox for everybody who gives the password; mail comes in by LMTP. */
export async function dovecot(folder, { key, cert }) {
  const [imap_port, imaps_port, lmtp_port] = await free_ports(3);
  const home = join(folder, "dovecot");
  const mail = join(home, "mail");
  mkdirSync(mail, { recursive: true });
  // Dovecot keeps mail under no administrator's name.
  const owner = userInfo().uid === 0 ? { name: "nobody", uid: id_of("-u", "nobody"), gid: id_of("-g", "nobody") } : {
    name: userInfo().username, uid: userInfo().uid, gid: userInfo().gid,
  };
  const group = execFileSync("id", ["-gn", owner.name], { encoding: "utf8" }).trim();
  if (userInfo().uid === 0) {
    for (let place = folder; place !== "/tmp" && place !== "/"; place = join(place, "..")) chmodSync(place, 0o755);
    chownSync(mail, owner.uid, owner.gid);
  }
  const conf = join(home, "dovecot.conf");
  writeFileSync(conf, `
protocols = imap lmtp
listen = 127.0.0.1
base_dir = ${home}/run
state_dir = ${home}/state
log_path = ${home}/dovecot.log
instance_name = baraza-tests
default_internal_user = ${owner.name}
default_login_user = ${owner.name}
default_internal_group = ${group}
first_valid_uid = 1
disable_plaintext_auth = no
auth_mechanisms = plain login
ssl = yes
ssl_cert = <${cert}
ssl_key = <${key}
mail_location = maildir:${mail}/%n
mail_home = ${mail}/%n
auth_username_format = %Ln
passdb {
  driver = static
  args = password=mailbox
}
userdb {
  driver = static
  args = uid=${owner.uid} gid=${owner.gid} home=${mail}/%n allow_all_users=yes
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${imap_port}
  }
  inet_listener imaps {
    port = ${imaps_port}
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${lmtp_port}
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
`);
  const daemon = start("/usr/sbin/dovecot", ["-F", "-c", conf]);
  await answers(imaps_port, daemon, join(home, "dovecot.log"));
  await answers(lmtp_port, daemon, join(home, "dovecot.log"));
  return {
    imap_port,
    imaps_port,
    /** Puts a mail into the mailbox of `to`, as a mail server does. */
    deliver: (from, to, mail) => deliver(lmtp_port, from, to, mail),
    /** The mails in somebody's mailbox, as text. */
    mails_of(user) {
      return ["new", "cur"].flatMap((part) => {
        const place = join(mail, user, part);
        return existsSync(place) ? readdirSync(place).map((file) => readFileSync(join(place, file), "utf8")) : [];
      });
    },
  };
}

/** A mail server over TLS that wants a password, and hands what it takes to Dovecot. */
export async function mail_server({ key, cert }, hand_on) {
  const server = new SMTPServer({
    secure: true,
    key: readFileSync(key),
    cert: readFileSync(cert),
    authMethods: ["PLAIN", "LOGIN"],
    onAuth: (auth, _, done) =>
      auth.username === "lapor@ngasem.test" && auth.password === "submission"
        ? done(null, { user: auth.username })
        : done(new Error("wrong password")),
    onRcptTo: (address, _, done) =>
      address.address.startsWith("gone@") ? done(Object.assign(new Error("no such user"), { responseCode: 550 })) : done(),
    async onData(stream, session, done) {
      const parts = [];
      for await (const part of stream) parts.push(part);
      try {
        for (const to of session.envelope.rcptTo)
          await hand_on(session.envelope.mailFrom.address, to.address, Buffer.concat(parts).toString());
        done();
      } catch (error) {
        done(error);
      }
    },
  });
  server.on("error", () => {}); // a client that hangs up in the middle
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  started.push({ stop: () => new Promise((done) => server.close(done)) });
  return { port: server.server.address().port };
}

const id_of = (flag, user) => Number(execFileSync("id", [flag, user], { encoding: "utf8" }));

/** Waits until a port answers; fails with the daemon's own words. */
async function answers(port, daemon, log) {
  const end = Date.now() + 20_000;
  let ended = false;
  daemon.exited.then(() => (ended = true));
  for (;;) {
    const socket = createConnection({ port, host: "127.0.0.1" });
    const open = await Promise.race([once(socket, "connect").then(() => true), once(socket, "error").then(() => false)]).catch(() => false);
    socket.destroy();
    if (open) return;
    if (ended || Date.now() > end) {
      const words = existsSync(log) ? readFileSync(log, "utf8").split("\n").slice(-15).join("\n") : "";
      throw new Error(`nothing listens on ${port}\n${daemon.said.slice(-15).join("\n")}\n${words}`);
    }
    await new Promise((next) => setTimeout(next, 50));
  }
}

/** Speaks LMTP (RFC 2033). */
async function deliver(port, from, to, mail) {
  const socket = createConnection({ port, host: "127.0.0.1" });
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const say = async (line, code) => {
    if (line !== undefined) socket.write(`${line}\r\n`);
    for (;;) {
      const { value = "" } = await lines.next();
      if (!value.startsWith(code)) throw new Error(`LMTP: ${line}: ${value}`);
      if (value[3] !== "-") return;
    }
  };
  await say(undefined, "220");
  await say("LHLO tests", "250");
  await say(`MAIL FROM:<${from}>`, "250");
  await say(`RCPT TO:<${to}>`, "250");
  await say("DATA", "354");
  const lined = mail.replace(/\r?\n/g, "\r\n").replace(/^\./gm, "..");
  await say(`${lined.replace(/\r\n$/, "")}\r\n.`, "250");
  socket.end("QUIT\r\n");
}
