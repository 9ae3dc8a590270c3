import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openState } from "../../hosting/state/state.ts";
import { cooperationPack } from "../../simulator/testing/packs.ts";
import { mutatedBytes, pick } from "./mutate.ts";
import { Broken } from "./target.ts";
import type { Target } from "./target.ts";

const MAIN = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

/** Far above the budget of a run, which is two seconds, and the start of a process. */
const PATIENCE_MS = 60_000;

const ANSWERS: readonly string[] = [
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"code":"OK"}',
  "HTTP/1.1 401 Unauthorized\r\nWechatpay-Signature: AAAA\r\nContent-Length: 2\r\n\r\n{}",
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n${"[".repeat(50_000)}`,
  'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n{"code":"\u001b]52;c;AAAA\u0007","message":"\r\n::error::x\u202e"}',
  "",
];

/**
 * A system under test that answers with anything: a judge's run and a single call end in time, with an exit code that says
 * what is known, and put nothing on the terminal that acts there.
 */
export const hostileSut: Target = {
  name: "harness",
  open: async () => {
    const folder = mkdtempSync(join(tmpdir(), "liantiao-fuzz-sut-"));
    let answer: Uint8Array = new Uint8Array();
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.end(answer));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const statement = statementIn(folder, `http://127.0.0.1:${port}`);
    let run = 0;
    return {
      round: async (random) => {
        answer = mutatedBytes(Buffer.from(pick(ANSWERS, random)), random);
        run += 1;
        const words = pick(
          [
            ["call", "echo", "--sut", statement],
            ["verify", "bank", "--sut", statement, "--time-budget", "2", "--out", join(folder, `run-${run}`)],
          ],
          random,
        );
        const { code, output } = await ended(words, folder);
        const said = `${words.slice(0, 2).join(" ")} against ${Buffer.from(answer).toString("latin1")}`;
        if (code === null) throw new Broken(`the program was still there after ${PATIENCE_MS} ms`, said);
        if (![1, 2, 3].includes(code)) throw new Broken(`the program ended with ${code}: ${output.slice(-400)}`, said);
        if (output.includes("this is a bug in the program"))
          throw new Broken(`the program failed: ${output.slice(-600)}`, said);
        // oxlint-disable-next-line no-control-regex -- finding control characters is the point
        if (/\u001B\]|\u0007|\u202E|^::error/mu.test(output))
          throw new Broken(`hostile text reached the terminal: ${JSON.stringify(output.slice(-400))}`, said);
      },
      close: async () => {
        server.close();
        await once(server, "close");
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
};

/** What a command ends with; `null` for one that had to be ended. */
async function ended(
  words: readonly string[],
  cwd: string,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, [MAIN, ...words], {
    cwd,
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const late = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  const [code] = (await once(child, "close")) as [number | null];
  clearTimeout(late);
  return { code, output };
}

function statementIn(folder: string, baseUrl: string): string {
  const { own, peers } = openState(folder, "bank", cooperationPack());
  const [first] = peers;
  if (first === undefined) throw new RangeError("a bank knows a party from its first start");
  const file = join(folder, "sut.json");
  writeFileSync(
    file,
    JSON.stringify({
      name: "Anything",
      role: "bank",
      pack: "cooperation",
      baseUrl,
      sutPartyId: "BANK01",
      parties: [
        {
          partyId: first.partyId,
          algorithm: first.algorithm,
          serial: first.keys.serial,
          ...("secret" in first.keys ? { secret: first.keys.secretFile } : { privateKey: first.keys.privateFile }),
        },
      ],
      sutKeys: own.map(({ serial, algorithm, publicFile }) => ({ serial, algorithm, publicKey: publicFile })),
      limits: { timeoutMs: 1_000 },
    }),
  );
  return file;
}
