import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { compilePack } from "../../core/pack/compile.ts";
import { readPack } from "../../hosting/packs.ts";
import { openState } from "../../hosting/state/state.ts";
import { runProgram } from "../program.ts";

/* One notification over a real socket, to a receiver that verifies it as a platform does. */

const folder = mkdtempSync(join(tmpdir(), "liantiao-notify-"));
const source = readPack("cooperation", process.cwd(), "--pack");
const pack = compilePack(source);
const state = openState(join(folder, "bank"), "bank", pack);

interface Told {
  readonly isSigned: boolean;
  readonly body: Readonly<Record<string, unknown>>;
  readonly target: string;
}

let told: Told[] = [];
/** What is answered to what is rightly signed. */
let answer: { readonly status: number; readonly text: string } = { status: 204, text: "" };
let receiver: Server;
let url: string;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => void chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const target = request.url ?? "";
      const opened = pack
        .requestEnvelope(pack.interface("notify.payment_result"))
        .openRequest(
          { method: "POST", target, headers: Object.entries(request.headers) as [string, string][], body },
          BOUNDS,
        );
      const key = opened.ok ? state.own.find(({ serial }) => serial === opened.serial)?.publicKey : undefined;
      const isSigned =
        opened.ok && opened.signature !== undefined && key?.verify(opened.covered, opened.signature) === true;
      told.push({ isSigned, target, body: JSON.parse(body.toString()) as Told["body"] });
      response.writeHead(isSigned ? answer.status : 401).end(isSigned ? answer.text : "not signed");
    });
  });
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
});
beforeEach(() => {
  told = [];
  answer = { status: 204, text: "" };
});
afterAll(() => {
  receiver.close();
  rmSync(folder, { recursive: true });
});

const BOUNDS = { bytes: 65_536, depth: 16, members: 1_000 };

async function notified(...words: string[]): Promise<{ readonly text: string; readonly status: unknown }> {
  let text = "";
  const log = vi
    .spyOn(console, "log")
    .mockImplementation((line: unknown) => void (text += `${stripVTControlCharacters(String(line))}\n`));
  const before = process.exitCode;
  process.exitCode = 0;
  const code = await runProgram(["notify", ...words], { complain: (complaint) => void (text += `${complaint}\n`) });
  process.exitCode = before;
  log.mockRestore();
  return { text, status: code };
}

const sent = (...more: string[]) =>
  notified("notify.payment_result", "--to", `${url}/hook?merchant=1`, "--state", join(folder, "bank"), ...more);

describe("notify", () => {
  test("a notification is signed for its target, and exit code 0 says it was taken", async () => {
    const { text, status } = await sent();
    expect([status, text]).toEqual([0, expect.stringMatching(/HTTP 204 in \d+ ms[\s\S]*Acknowledged/u)]);
    expect(told).toEqual([
      {
        isSigned: true,
        target: "/hook?merchant=1",
        body: expect.objectContaining({
          event: "payment.result",
          payment: expect.objectContaining({ party_id: "P1001", state: "SUCCEEDED" }) as unknown,
        }) as unknown,
      },
    ]);
    expect(pack.validators("notify.payment_result").body(told[0]?.body as never)).toBeUndefined();
  });

  test("an answer that the pack does not take ends with exit code 1", async () => {
    answer = { status: 500, text: "no" };
    const { text, status } = await sent();
    expect([status, text]).toEqual([
      1,
      expect.stringMatching(
        /HTTP 500[\s\S]*no\n[\s\S]*Not acknowledged: the pack takes HTTP 200 or 204\. .*after 15 s/u,
      ),
    ]);
  });

  test("an endpoint that nothing listens at ends with exit code 3", async () => {
    const { text, status } = await notified(
      "notify.payment_result",
      "--to",
      "http://127.0.0.1:9/hook",
      "--state",
      join(folder, "bank"),
    );
    expect([status, text]).toEqual([3, expect.stringContaining("No answer")]);
  });

  test("fields are given as JSON or in a file", async () => {
    const file = join(folder, "fields.json");
    writeFileSync(file, '{"notify_id":"N0000001","extra":1}');
    await sent("--data", file);
    await sent("--data", '{"notify_id":"N0000002"}');
    expect(told.map(({ body }) => body["notify_id"])).toEqual(["N0000001", "N0000002"]);
    expect(told[0]?.body).toMatchObject({ extra: 1 });
  });

  test.each(["wrong-signature", "wrong-key-id"])("the fault %s is refused", async (fault) => {
    const { text, status } = await sent("--fault", fault);
    expect([status, text]).toEqual([1, expect.stringMatching(/Sent wrongly[\s\S]*HTTP 401[\s\S]*not signed/u)]);
    expect(told).toHaveLength(1);
  });

  test("a duplicate is the same notification twice, each signed anew", async () => {
    const { status } = await sent("--fault", "notification-duplicate");
    expect(status).toBe(0);
    expect(told.map(({ isSigned }) => isSigned)).toEqual([true, true]);
    expect(told[1]?.body).toEqual(told[0]?.body);
  });

  test("a stale notification that is acknowledged all the same is remarked on", async () => {
    const { text } = await sent("--fault", "stale-timestamp");
    expect(text).toContain("A receiver that verifies signature, key and time does not acknowledge this one");
  });

  test("the bytes on the wire and what was signed are shown", async () => {
    const { text } = await sent("--raw");
    expect(text).toMatch(/--- what was signed\nPOST\n\/hook\?merchant=1\n[\s\S]*--- request\nPOST[\s\S]*--- answer/u);
  });

  test("mistakes say what is allowed", async () => {
    const wrong = await notified("notify.payment_resul", "--to", url, "--state", join(folder, "bank"));
    expect([wrong.status, wrong.text]).toEqual([2, expect.stringContaining('did you mean "notify.payment_result"')]);
    const noFault = await sent("--fault", "wrong-signatur");
    expect([noFault.status, noFault.text]).toEqual([2, expect.stringContaining('did you mean "wrong-signature"')]);
    const nowhere = await notified("notify.payment_result", "--to", url, "--state", join(folder, "none"));
    expect([nowhere.status, nowhere.text]).toEqual([2, expect.stringContaining("liantiao serve bank")]);
    const noUrl = await notified("notify.payment_result", "--to", "localhost", "--state", join(folder, "bank"));
    expect([noUrl.status, noUrl.text]).toEqual([2, expect.stringContaining("--to")]);
  });
});
