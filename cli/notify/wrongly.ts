import type { Fault, FaultContext } from "../../simulator/faults/fault.ts";
import { FAULTS } from "../../simulator/faults/index.ts";
import { nearName } from "../../core/names/near-name.ts";
import type { RandomStream } from "../../core/runtime/runtime.ts";
import { UserError } from "../../hosting/user-error.ts";
import type { Tamper } from "../../suites/wire/sealed-request.ts";

/** How a notification is sent wrongly, and after how many milliseconds each copy of it. */
export interface Wrongly {
  readonly fault: Fault;
  readonly tamper: Tamper;
  readonly delaysMs: readonly number[];
}

type Context = Pick<FaultContext, "settings" | "random" | "sleep">;

/** Faults of the registry that a message of our own can have: of what is said, how it is signed, and when it is sent. */
function faultsOfMessages(random: RandomStream): readonly Fault[] {
  return FAULTS.filter(
    (fault) =>
      fault.signing !== undefined ||
      fault.saying !== undefined ||
      (fault.deliver?.(contextOf(fault, random)).length ?? 0) > 0,
  );
}

/** A fault by its name, or by the short word by which a request may wish for it. @throws UserError */
export function wronglyBy(name: string, random: RandomStream): Wrongly {
  const known = faultsOfMessages(random);
  const fault = known.find((one) => one.name === name || one.wish === name);
  const names = known.flatMap((one) => (one.wish === undefined ? [one.name] : [one.name, one.wish]));
  if (fault === undefined)
    throw new UserError(
      {
        en: `there is no fault "${name}" of a notification`,
        zh: `通知没有故障“${name}”`,
      },
      {
        where: "--fault",
        allowed: names.join(", "),
        near: nearName(name, names),
        next: {
          en: "give one of them; docs/catalogue/faults.md explains each",
          zh: "请给出其中之一，说明见 docs/catalogue/faults.zh-CN.md",
        },
      },
    );
  const context = contextOf(fault, random);
  const request = { method: "POST", target: "/", headers: [], body: new Uint8Array() };
  const signing = fault.signing?.({ ...context, request }) ?? {};
  const { serial, shiftSeconds, breakSignature, unsigned } = signing;
  return {
    fault,
    delaysMs: fault.deliver?.(context) ?? [0],
    tamper: {
      ...(fault.saying === undefined
        ? {}
        : { body: (body: Uint8Array) => fault.saying?.({ ...context, request }, body) ?? body }),
      ...(shiftSeconds === undefined ? {} : { clock: (seconds: number) => seconds + shiftSeconds }),
      ...(serial === undefined
        ? {}
        : {
            identity: (identity: NonNullable<Parameters<NonNullable<Tamper["identity"]>>[0]>) => ({
              ...identity,
              serial,
            }),
          }),
      ...(breakSignature === true ? { signature: broken } : {}),
      ...(unsigned === true ? { claims: () => undefined } : {}),
    },
  };
}

function contextOf(fault: Fault, random: RandomStream): Context {
  const settings = Object.fromEntries(Object.entries(fault.settings).map(([name, rule]) => [name, rule.default]));
  return { settings, random, sleep: () => Promise.resolve() };
}

/** A signature with its last bit changed. */
function broken(signature: Uint8Array): Uint8Array {
  const other = Uint8Array.from(signature);
  other[other.length - 1] = (other.at(-1) ?? 0) ^ 1;
  return other;
}
