import { afterAll, describe, expect, test } from "vitest";
import { DEFECTS } from "../simulator/defects/index.ts";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PreflightFinished } from "../core/run/event.ts";
import type { Session } from "../suites/session.ts";
import { openTrial } from "./trial.ts";
import type { Variant } from "./trial.ts";

const folder = mkdtempSync(join(tmpdir(), "liantiao-preflight-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What pre-flight says of a SUT, a bank unless it is said otherwise: the first probe that is not well, or all is. */
async function looked(
  variant: Omit<Variant, "role"> & Partial<Pick<Variant, "role">>,
  options: Parameters<Awaited<ReturnType<typeof openTrial>>["preflight"]>[0] = {},
): Promise<readonly PreflightFinished[]> {
  const trial = await openTrial({ role: "bank", scheme: "ed25519", ...variant });
  try {
    return await trial.preflight(options);
  } finally {
    await trial.close();
  }
}

const bad = (events: readonly PreflightFinished[]): PreflightFinished | undefined => events.find(({ ok }) => !ok);
const said = (events: readonly PreflightFinished[], name: string): string =>
  events.find((one) => one.name === name)?.message.en ?? "";

describe("what an earlier use of the fixtures has left", () => {
  const confirm = (session: Session): Promise<unknown> => session.perform("binding.confirm");

  test("is brought back by the hook reset", async () => {
    const events = await looked({}, { before: confirm });
    expect(bad(events)).toBeUndefined();
    expect(said(events, "leftovers")).toMatch(/409 BINDING_EXISTS.*the hook reset brought the fixtures back/);
  });

  test("is configuration where the system offers no reset", async () => {
    expect(bad(await looked({ without: ["reset"] }, { before: confirm }))).toMatchObject({
      name: "leftovers",
      attribution: "configuration",
      message: { en: expect.stringContaining("customer.applies") as unknown },
    });
  });

  test("is found in a fixture whose state was ended, too", async () => {
    const cancel = async (session: Session): Promise<unknown> =>
      session.perform("binding.cancel", { binding_id: session.fixture("customer.funded")["binding_id"] });
    expect(bad(await looked({ without: ["reset"] }, { before: cancel }))).toMatchObject({
      name: "leftovers",
      message: {
        en: expect.stringMatching(/customer\.funded .* is CANCELLED, where the scenario wants ACTIVE/) as unknown,
      },
    });
    expect(bad(await looked({}, { before: cancel }))).toBeUndefined();
  });

  test("is nothing where nobody has used them", async () => {
    expect(said(await looked({}), "leftovers")).toBe("the fixtures are as they were bound");
  });
});

describe("the statement", () => {
  test("with another sutPartyId than the bank signs by is configuration", async () => {
    expect(bad(await looked({}, { statement: { sutPartyId: "BANK99" } }))).toMatchObject({
      name: "callback",
      attribution: "configuration",
      message: { en: "the system under test signs its notifications as BANK01, and sutPartyId says BANK99" },
    });
  });

  test("with another key of the bank is configuration", async () => {
    const { publicKey } = generateKeyPairSync("ed25519");
    const file = join(folder, "other.pem");
    writeFileSync(file, publicKey.export({ type: "spki", format: "pem" }));
    const trial = await openTrial({ role: "bank", scheme: "ed25519" });
    try {
      const { sutKeys } = trial.statement as { readonly sutKeys: readonly Readonly<Record<string, unknown>>[] };
      const events = await trial.preflight({
        statement: {
          sutKeys: sutKeys.map((key) =>
            String(key["algorithm"]).endsWith("ED25519") ? { ...key, publicKey: file } : key,
          ),
        },
      });
      expect(bad(events)).toMatchObject({ name: "keys", attribution: "configuration" });
    } finally {
      await trial.close();
    }
  });
});

test("a state that is wrong from the beginning is left to the checks", async () => {
  const defect = DEFECTS.find(({ name }) => name === "order-told-as-paid");
  expect(bad(await looked({ role: "platform", wrappers: defect ?? {} }))).toBeUndefined();
});

test("answers that were written anew after they were signed are left to the checks", async () => {
  const defect = DEFECTS.find(({ name }) => name === "answer-reserialised");
  const events = await looked({ wrappers: defect ?? {} });
  expect(bad(events)).toBeUndefined();
  expect(said(events, "keys")).toMatch(/signed with the statement's key, and wrongly/);
});
