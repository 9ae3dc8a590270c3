import { openSigningKey, openVerifyingKey, signatureScheme } from "../../../core/signature/schemes.ts";
import type { VerifyingMaterial } from "../../../core/signature/schemes.ts";
import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import type { Session } from "../../session.ts";
import { counterparty } from "../../wire/counterparty.ts";
import type { Signer } from "../../wire/signer.ts";
import { moveClock } from "../notification/arranged.ts";
import { answeredAgain } from "../repeated.ts";
import { eachSubject } from "../subject.ts";

/** Far more than two clocks differ by. */
const HOUR_MS = 3_600_000;
/** Hours after the beginning at which the new key becomes good and the old one ends. */
const STARTS = 1;
const ENDS = 2;
/** How many calls of each key are sent while both are good. */
const OVERLAPPING = 3;

export const rotation: Check = {
  id: "signature.rotation",
  requirement: "SIG-23",
  title: { en: "During rotation each key is valid in its own time", zh: "密钥轮换期间新旧密钥按时生效与失效" },
  effort: "standard",
  needs: { hooks: ["keys"] },
  each: eachSubject,
  async run(session, instance) {
    const begins = session.sutNow();
    // Both are new: the party's own key stays what it is, whatever becomes of these.
    const [older, newer] = [made(session), made(session)];
    // A secret that stays good would go on signing what the SUT says.
    const ended = "secret" in older.material ? [older, newer] : [newer];
    for (const one of ended) session.cleanup((after) => enrolled(after, one, { until: begins - HOUR_MS }));

    /**
     * So many hours after the beginning: by the SUT's clock where it can be moved, else by keys whose times are as much
     * earlier.
     */
    const passes = async (hours: number): Promise<void> => {
      const byClock = session.offers("clock");
      if (!byClock || hours === 0) {
        const base = begins - hours * HOUR_MS;
        await enrolled(session, older, { until: base + ENDS * HOUR_MS });
        await enrolled(session, newer, { from: base + STARTS * HOUR_MS });
      } else if (session.run.counterparty === undefined) await session.setClock(begins + hours * HOUR_MS);
      else await moveClock(session, counterparty(session), begins + hours * HOUR_MS);
    };

    await passes(0);
    const draft = await session.request(interfaceOf(instance));
    const accepted = async (signer: Signer, label: string): Promise<void> =>
      void answeredAgain(session, await session.send(draft, { signer, label }));
    const refused = async (signer: Signer, label: string, zh: string): Promise<void> => {
      const before = await session.observe(draft);
      session.expectRefusal(await session.send(draft, { signer, label }), session.code("signature"), {
        en: "The validity times of a key are not checked.",
        zh: "验签时未检查密钥的有效期。",
      });
      await session.expectUnchanged(before, { en: label, zh });
    };

    await refused(newer, "the new key before its start", "尚未生效的新密钥");
    await accepted(older, "the old key before the new one starts");
    await passes((STARTS + ENDS) / 2);
    for (let turn = 1; turn <= OVERLAPPING; turn += 1) {
      await accepted(older, `the old key in the overlap, ${turn}`);
      await accepted(newer, `the new key in the overlap, ${turn}`);
    }
    await passes(ENDS + 1);
    await refused(older, "the old key after its end", "已失效的旧密钥");
    await accepted(newer, "the new key after the old one's end");
  },
};

/** A new, unenrolled key of the first party. */
function made(session: Session): Signer & { readonly material: VerifyingMaterial } {
  const { partyId, token } = session.party;
  const name = session.pack.envelope.algorithms[token] ?? "";
  const scheme = signatureScheme(name);
  const serial = session.fresh();
  if (scheme.keys === "secret") {
    const material = { secret: scheme.generate() };
    const key = openSigningKey(name, material);
    return { partyId, token, serial, material, sign: (bytes) => key.sign(bytes) };
  }
  const { privatePem, publicPem } = scheme.generate();
  const key = scheme.privateKey(privatePem);
  return { partyId, token, serial, material: { publicKey: publicPem }, sign: (bytes) => key.sign(bytes) };
}

async function enrolled(
  session: Session,
  { partyId, token, serial, material }: Signer & { readonly material: VerifyingMaterial },
  times: { readonly from?: number; readonly until?: number },
): Promise<void> {
  const moments = Object.fromEntries(
    Object.entries(times).map(([name, ms]) => [name, session.pack.calendar.rfc3339(ms)]),
  );
  if ("secret" in material) await learn(session, { partyId, token, serial, secret: material.secret }, moments);
  await session.hook("keys", { party_id: partyId, serial, algorithm: token, ...keyOf(material), ...moments });
}

/** With a new secret the SUT may sign as well, and is signed to: the run and its counterparty know it for as long. */
async function learn(
  session: Session,
  { partyId, token, serial, secret }: { partyId: string; token: string; serial: string; secret: string },
  moments: Readonly<Record<string, string>>,
): Promise<void> {
  const { learnedKeys, counterparty: listens } = session.run;
  if (!learnedKeys.some((known) => known.serial === serial))
    learnedKeys.push({
      serial,
      token,
      key: openVerifyingKey(session.pack.envelope.algorithms[token] ?? "", { secret }),
      party: partyId,
    });
  if (listens !== undefined) await counterparty(session).enrol({ serial, algorithm: token, secret, ...moments });
}

/** A key as the hook takes it. */
const keyOf = (material: VerifyingMaterial): Readonly<Record<string, string>> =>
  "secret" in material ? { secret: material.secret } : { public_key: material.publicKey };
