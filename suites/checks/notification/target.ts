import { series } from "../../../core/text/alike.ts";
import { interfaceOf, resourceOf } from "../../check.ts";
import type { Check, Instance } from "../../check.ts";
import type { Interface } from "../../../core/pack/types.ts";
import type { PackView } from "../../pack-view.ts";
import { askedIn } from "../../resources/draft-fields.ts";
import { counterparty } from "../../wire/counterparty.ts";
import { eachTold, heard, NEEDS, wires } from "./arranged.ts";

/** Between our clock and the counterparty's, which stand beside each other. */
const MARGIN_MS = 1_000;

/**
 * Unregistered targets. Each would lead a careless sender inside: this host, private networks, the metadata addresses of
 * clouds, other spellings of them, and addresses that only look like a registered prefix.
 */
const TARGETS: Readonly<Record<string, (registered: URL) => string>> = {
  "other-host": () => "https://notify.example/payment",
  loopback: () => "http://127.0.0.1:9/notify",
  "loopback-name": () => "http://localhost:9/notify",
  "loopback-v6": () => "http://[::1]:9/notify",
  "loopback-mapped": () => "http://[::ffff:127.0.0.1]:9/notify",
  "loopback-short": () => "http://127.1:9/notify",
  "loopback-decimal": () => "http://2130706433:9/notify",
  "loopback-octal": () => "http://0177.0.0.1:9/notify",
  "loopback-hex": () => "http://0x7f.0.0.1:9/notify",
  unspecified: () => "http://0.0.0.0:9/notify",
  metadata: () => "http://169.254.169.254/latest/meta-data",
  "metadata-v6": () => "http://[fd00:ec2::254]/latest/meta-data",
  "private-10": () => "http://10.0.0.1/notify",
  "private-172": () => "http://172.16.0.1/notify",
  "private-192": () => "http://192.168.0.1/notify",
  "unique-local-v6": () => "http://[fc00::1]/notify",
  "ssh-port": ({ hostname }) => `http://${hostname}:22/notify`,
  "other-port": ({ hostname, port }) => `http://${hostname}:${port === "9" ? "10" : "9"}/notify`,
  "other-scheme": ({ protocol, host, pathname }) => `${protocol === "http:" ? "https:" : "http:"}//${host}${pathname}`,
  "user-info": ({ protocol, host }) => `${protocol}//${host}@169.254.169.254/notify`,
  "registered-as-user": ({ protocol, host, pathname }) => `${protocol}//user@${host}${pathname}`,
  "longer-host": ({ protocol, hostname }) => `${protocol}//${hostname.replace(/^\[|\]$/g, "")}.evil.example/notify`,
  "in-the-path": ({ host, pathname }) => `https://evil.example/${host}${pathname}`,
  file: () => "file:///etc/passwd",
  gopher: () => "gopher://127.0.0.1:9/_x",
  "no-scheme": () => "//127.0.0.1:9/notify",
};

export const target: Check = {
  id: "notification.target",
  requirement: "NOT-11",
  title: { en: "Only registered targets are taken", zh: "仅接受已登记的通知地址" },
  effort: "standard",
  isolated: true,
  roles: ["bank"],
  needs: NEEDS,
  // Every spelling is tried on one interface, and one of them on each other that takes a target.
  each: (context): readonly Instance[] => {
    const [first] = eachTold()(context);
    const { pack, provided } = context;
    if (first?.absent !== undefined || first === undefined) return first === undefined ? [] : [first];
    const id = resourceOf(pack, first).creates?.id ?? "";
    return [
      ...Object.keys(TARGETS).map((spelling) => ({ id: spelling, interface: id, data: spelling })),
      ...provided
        .filter((one) => one.id !== id && takesTarget(pack, one))
        .map((one) => ({ id: `other-host/${one.id}`, interface: one.id, data: "other-host" })),
    ];
  },
  async run(session, instance) {
    const peer = counterparty(session);
    const since = peer.moment(MARGIN_MS);
    const registered = peer.target("ack").url;
    const id = interfaceOf(instance);
    const one = session.pack.interface(id);
    const made = TARGETS[String(instance.data)] as (registered: URL) => string;
    const url = made(new URL(registered));
    const draft = await session.make(one, { target: url });
    const before = await session.observe(draft);
    session.expectRefusal(
      await session.send(draft, { label: `the target ${url}` }),
      [...session.codes(one, "target"), session.code("schema")],
      {
        en: "The target is not compared with the registered prefixes, or is compared as text.",
        zh: "未与已登记前缀比对，或按文本比对。",
      },
    );
    await session.expectUnchanged(before, {
      en: `${id} with the target ${url}`,
      zh: `通知地址为 ${url} 的 ${id}`,
    });
    session.expectSuccess(await session.ask(one, { target: registered }, "the same with a registered target"));
    const number = askedIn(session.pack, draft, "number");
    const arrived = (await peer.all(since)).filter((each) => heard(session, each)?.value("number") === number);
    if (arrived.length > 0)
      session.fail({
        summary: { en: `a refused call of ${id} was notified`, zh: `被拒绝的 ${id} 仍发出通知` },
        expected: { en: "no notification", zh: "不发送通知" },
        seen: series(arrived.map((each) => each.target)),
        evidence: wires(arrived),
      });
  },
};

const takesTarget = (pack: PackView, one: Interface): boolean =>
  pack.resources.codes(one, "target").length > 0 && pack.meanings(one).asked("target").length > 0;
