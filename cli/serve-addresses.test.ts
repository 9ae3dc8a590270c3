import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

interface Ready {
  readonly url: string;
  readonly adminUrl: string;
  /** What its statement says. */
  readonly statement: Readonly<Record<string, unknown>>;
  /** The code with which it answers an unsigned call. */
  code(path: string): Promise<unknown>;
}

/** Serves a bank with further flags, for as long as `use` takes. */
async function served(flags: string, use: (ready: Ready) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "liantiao-addresses-"));
  const words = `serve bank --json --port 0 --store memory ${flags}`;
  const child = spawn(process.execPath, [MAIN, ...words.split(" "), "--state", folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    const { url, adminUrl, statement } = JSON.parse(line) as Record<"url" | "adminUrl" | "statement", string>;
    await use({
      url,
      adminUrl,
      statement: JSON.parse(readFileSync(statement, "utf8")) as Ready["statement"],
      code: async (path) => ((await (await fetch(`${url}${path}`)).json()) as { readonly code: string }).code,
    });
  } finally {
    child.kill("SIGINT");
    await once(child, "exit");
    rmSync(folder, { recursive: true, force: true });
  }
}

test("peers are told the public address", async () => {
  await served("--public-url https://gateway.example/bank/", async ({ adminUrl, statement, code }) => {
    expect(statement).toMatchObject({ baseUrl: "https://gateway.example/bank" });
    expect(statement).not.toHaveProperty("signedPrefix");
    // Behind a gateway that keeps the path, and behind one that strips it.
    expect(await code("/bank/v1/keys")).toBe("SIGN_ERROR");
    expect(await code("/v1/keys")).toBe("SIGN_ERROR");
    expect(await code("/other/v1/keys")).toBe("ROUTE_NOT_FOUND");

    expect(new URL(adminUrl).hostname).toBe("127.0.0.1");
    expect(await (await fetch(`${adminUrl}/__admin/health`)).json()).toEqual({ status: "ok" });
    expect((await fetch(`${adminUrl}/__admin/ledger`)).status).toBe(401);
    expect((await fetch(`${adminUrl}/__admin/health`, { headers: { authorization: "Bearer x" } })).status).toBe(401);
  });
});

test("a base path is served alone, stands in the statement, and is signed", async () => {
  await served("--base-path /bank/v1", async ({ url, statement, code }) => {
    expect(statement).toMatchObject({ baseUrl: `${url}/bank/v1` });
    expect(statement).not.toHaveProperty("signedPrefix");
    expect(await code("/bank/v1/v1/keys")).toBe("SIGN_ERROR");
    expect(await code("/v1/keys")).toBe("ROUTE_NOT_FOUND");
  });
});

test("a statement says which path is signed where a gateway changes it", async () => {
  await served("--public-url https://gateway.example/api --base-path /inner", async ({ statement, code }) => {
    expect(statement).toMatchObject({ baseUrl: "https://gateway.example/api", signedPrefix: "/inner" });
    expect(await code("/inner/v1/keys")).toBe("SIGN_ERROR");
    expect(await code("/api/v1/keys")).toBe("ROUTE_NOT_FOUND");
  });
  await served("--public-url https://gateway.example/api --base-path /", async ({ statement, code }) => {
    expect(statement).toMatchObject({ baseUrl: "https://gateway.example/api", signedPrefix: "" });
    expect(await code("/v1/keys")).toBe("SIGN_ERROR");
  });
});
