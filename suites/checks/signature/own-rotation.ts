import type { Bilingual } from "../../../core/run/verdict.ts";
import { pairScheme } from "../../../core/signature/schemes.ts";
import { alike, series } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { listedKeys } from "../../resources/listed-keys.ts";
import type { ListedKey } from "../../resources/listed-keys.ts";
import type { Session } from "../../session.ts";
import { counterparty } from "../../wire/counterparty.ts";
import type { VerifyingKey } from "../../wire/signer.ts";
import { firstAt, moveClock, notified, toldAtOnce } from "../notification/arranged.ts";

const HOUR_MS = 3_600_000;
/** The wait for the new key where the clock cannot be moved; longer than two clocks differ. */
const WAIT_MS = 8_000;
const MARGIN_MS = 1_000;

export const ownRotation: Check = {
  id: "signature.own-rotation",
  requirement: "SIG-26",
  title: {
    en: "The SUT's own keys are listed before they sign, and after",
    zh: "被测系统换钥先公布后启用，旧公钥仍可查",
  },
  effort: "standard",
  roles: ["bank"],
  needs: { hooks: ["rotate"] },
  each: eachInterface(({ purpose }) => purpose?.lists === "keys"),
  async run(session, instance) {
    const listed = (label: string) => listedBy(session, interfaceOf(instance), label);
    const because = (en: string, zh: string, expected: Bilingual, seen: Bilingual): never =>
      session.fail({ summary: { en, zh }, expected, seen });
    const begins = session.sutNow();
    const from = Math.ceil((begins + (session.offers("clock") ? HOUR_MS : WAIT_MS)) / 1000) * 1000;
    const before = await listed("the keys before");
    const old = new Set(before.keys.map(({ serial }) => serial));
    session.cleanup(async (after) => void (await after.hook("rotate", { from: null })));
    await session.hook("rotate", {
      from: session.pack.calendar.rfc3339(from),
      until: session.pack.calendar.rfc3339(from + HOUR_MS),
    });

    const announced = await listed("the keys when a successor was made");
    const fresh = announced.keys.filter(({ serial }) => !old.has(serial));
    if (fresh.length === 0)
      because(
        "a new key is not listed before it signs",
        "新公钥未在启用前列出",
        { en: "a further key in the list", zh: "列表中另有新公钥" },
        series(announced.keys.map(({ serial }) => serial)),
      );
    const hasty = fresh.find(({ effectiveAt }) => effectiveAt < from - MARGIN_MS);
    if (hasty !== undefined)
      because(
        "a new key is listed as good before the moment that was set",
        "新公钥的 effective_at 早于设定时刻",
        alike(session.pack.calendar.rfc3339(from)),
        alike(session.pack.calendar.rfc3339(hasty.effectiveAt)),
      );
    if (!old.has(announced.signedWith))
      because(
        "a new key signs before its effective_at",
        "新密钥在 effective_at 之前即用于签名",
        series([...old]),
        alike(announced.signedWith),
      );
    await learn(session, fresh, announced);

    await passes(session, from + MARGIN_MS);
    const after = await listed("the keys after the change");
    const signers = new Set(fresh.map(({ serial }) => serial));
    if (!signers.has(after.signedWith))
      because(
        "the old key still signs after the new one's effective_at",
        "新公钥生效后仍以旧密钥签名",
        series([...signers]),
        alike(after.signedWith),
      );
    const withdrawn = [announced.signedWith, ...signers].find(
      (serial) => !after.keys.some((one) => one.serial === serial),
    );
    if (withdrawn !== undefined)
      because(
        "a key is no longer listed while messages signed with it may still arrive",
        "仍需用于验签的公钥已不在列表中",
        alike(withdrawn),
        series(after.keys.map(({ serial }) => serial)),
      );
    await expectNotified(session, signers);
    session.judged();
  },
};

/** The keys that are listed, and the key that signed the answer which lists them. */
export async function listedBy(
  session: Session,
  id: string,
  label: string,
): Promise<{ readonly keys: readonly ListedKey[]; readonly signedWith: string }> {
  const exchange = await session.send(await session.request(id), { label });
  const body = session.expectSuccess(exchange);
  return {
    keys: listedKeys(session.pack, exchange.draft.interface, body),
    signedWith:
      (exchange.response === undefined
        ? undefined
        : session.pack.envelope.readAnswer(exchange.response).claims?.serial) ?? "",
  };
}

/** Takes keys that a known one vouches for into the run, and makes them known to the counterparty. */
export async function learn(
  session: Session,
  fresh: readonly ListedKey[],
  { signedWith }: { readonly signedWith: string },
): Promise<void> {
  const { algorithms } = session.pack.policies.envelope;
  for (const { serial, algorithm, publicPem } of fresh) {
    const token = algorithm === "" ? tokenOfKey(publicPem, algorithms) : tokenOf(algorithm, algorithms);
    session.run.learnedKeys.push({
      serial,
      token,
      key: opened(session, algorithms[token] ?? "", publicPem, {
        en: `${serial}, listed by an answer that ${signedWith} has signed`,
        zh: `${serial}，由以 ${signedWith} 签名的应答列出`,
      }),
    });
    if (session.run.counterparty !== undefined)
      await counterparty(session).enrol({ serial, algorithm: token, publicPem });
  }
}

/** The token of an algorithm; the list may name the algorithm or its scheme (CON-09). */
export function tokenOf(algorithm: string, algorithms: Readonly<Record<string, string>>): string {
  return algorithm in algorithms
    ? algorithm
    : (Object.keys(algorithms).find((one) => algorithms[one] === algorithm) ?? "");
}

/** The token of the algorithm that a key or certificate is of, where the list does not name it. */
function tokenOfKey(pem: string, algorithms: Readonly<Record<string, string>>): string {
  return Object.keys(algorithms).find((token) => opens(algorithms[token] ?? "", pem)) ?? "";
}

function opens(scheme: string, pem: string): boolean {
  try {
    pairScheme(scheme).publicKey(pem);
    return true;
  } catch {
    return false;
  }
}

function opened(session: Session, scheme: string, pem: string, what: Bilingual): VerifyingKey["key"] {
  try {
    return pairScheme(scheme).publicKey(pem);
  } catch {
    return session.fail({
      summary: { en: "a listed key cannot be read", zh: "列出的公钥无法读取" },
      expected: { en: "a public key in PEM of an algorithm of the pack", zh: "PEM 格式的公钥，算法属于规范包" },
      seen: what,
    });
  }
}

/** Waits for the moment, or moves the clock to it. */
async function passes(session: Session, timeMs: number): Promise<void> {
  if (!session.offers("clock")) return session.sleep(timeMs + MARGIN_MS - session.sutNow());
  return session.run.counterparty === undefined
    ? session.setClock(timeMs)
    : moveClock(session, counterparty(session), timeMs);
}

/** Holds that notifications are signed with the same key, where a counterparty listens. */
async function expectNotified(session: Session, signers: ReadonlySet<string>): Promise<void> {
  const resource = toldAtOnce(session);
  if (session.run.counterparty === undefined || resource === undefined) return;
  const told = await firstAt(session, counterparty(session), await notified(session, resource, "ack"));
  if (told.serial !== undefined && signers.has(told.serial) && told.code === undefined) return;
  session.fail({
    summary: { en: "a notification after the change is not signed with the new key", zh: "换钥后的通知未以新密钥签名" },
    expected: series([...signers]),
    seen: {
      en: `${told.serial ?? "no serial"}${told.code === undefined ? "" : `, refused with ${told.code}`}`,
      zh: `${told.serial ?? "无序列号"}${told.code === undefined ? "" : `，以 ${told.code} 拒绝`}`,
    },
    evidence: [told.wire],
  });
}
