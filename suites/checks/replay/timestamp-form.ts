import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { expectEachRefused } from "../corpus.ts";
import { mustCarry } from "../carried-part.ts";
import { eachSubject } from "../subject.ts";

/** Texts that stand in the place of a timestamp, made of the present second; the one that the pack means is left out. */
const FORMS: Readonly<Record<string, (now: string) => string>> = {
  seconds: (now) => now,
  milliseconds: (now) => `${now}000`,
  microseconds: (now) => `${now}000000`,
  nanoseconds: (now) => `${now}000000000`,
  negative: (now) => `-${now}`,
  "a plus sign": (now) => `+${now}`,
  "a fraction of nothing": (now) => `${now}.0`,
  "a fraction": (now) => `${now}.5`,
  "a decimal comma": (now) => `${now},0`,
  "an exponent": (now) => `${now}e0`,
  scientific: (now) => `${now.slice(0, 1)}.${now.slice(1)}e${now.length - 1}`,
  hexadecimal: (now) => `0x${Number(now).toString(16)}`,
  "a letter behind": (now) => `${now}s`,
  "a letter ahead": (now) => `t${now}`,
  "RFC 3339": (now) => new Date(Number(now) * 1000).toISOString(),
  "without a zone": (now) => new Date(Number(now) * 1000).toISOString().slice(0, 19),
  "of a local clock": (now) => new Date(Number(now) * 1000).toISOString().replaceAll(/[-T:]/g, "").slice(0, 14),
  nothing: () => "",
  "the word now": () => "now",
  NaN: () => "NaN",
  Infinity: () => "Infinity",
  zero: () => "0",
  "2^31": () => "2147483648",
  "2^32 more": (now) => String(BigInt(now) + 2n ** 32n),
  "2^53 more": (now) => String(BigInt(now) + 2n ** 53n),
  "2^64 more": (now) => String(BigInt(now) + 2n ** 64n),
  "400 digits": () => "9".repeat(400),
};

export const timestampForm: Check = {
  id: "replay.timestamp-form",
  requirement: "RPL-07",
  title: { en: "A timestamp in another form is refused", zh: "其他形式的时间戳被拒绝" },
  effort: "standard",
  isolated: true,
  each: eachSubject,
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    mustCarry(session, draft.interface, "timestamp");
    const { times } = session.pack;
    const now = String(Math.floor(session.sutNow() / 1000));
    await expectEachRefused(session, {
      draft,
      // What cannot be read as a time may be refused as a malformed header as well.
      forms: Object.entries(FORMS)
        .filter(([, write]) => times.read(write(now)) !== Number(now))
        .map(([name, write]) => ({
          name: `timestamp: ${name}`,
          tamper: { timestamp: (text) => write(String(times.read(text))) },
          codes: [session.code("freshness.timestamp"), session.code("signature")],
        })),
      what: { en: "a timestamp of another form", zh: "格式有误的时间戳" },
      likelyCause: {
        en: "The timestamp is read by a lenient parser, which stops at the first unknown character.",
        zh: "时间戳解析过于宽松，遇到未知字符即停止。",
      },
    });
  },
};
