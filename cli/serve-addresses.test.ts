import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

test("peers are told the public address, and a public control plane is warned of", async () => {
  const folder = mkdtempSync(join(tmpdir(), "liantiao-addresses-"));
  const words =
    "serve bank --json --port 0 --store memory --public-url https://gateway.example/bank/ --admin-host 0.0.0.0";
  const child = spawn(process.execPath, [MAIN, ...words.split(" "), "--state", folder], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let warned = "";
  child.stderr.on("data", (bytes: Buffer) => (warned += bytes.toString()));
  try {
    const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    const { url, adminUrl, statement } = JSON.parse(line) as Record<"url" | "adminUrl" | "statement", string>;
    expect(JSON.parse(readFileSync(statement, "utf8"))).toMatchObject({ baseUrl: "https://gateway.example/bank" });

    const code = async (path: string): Promise<unknown> =>
      ((await (await fetch(`${url}${path}`)).json()) as { readonly code: string }).code;
    // Behind a gateway that keeps the path, and behind one that strips it.
    expect(await code("/bank/v1/keys")).toBe("SIGN_ERROR");
    expect(await code("/v1/keys")).toBe("SIGN_ERROR");
    expect(await code("/other/v1/keys")).toBe("ROUTE_NOT_FOUND");

    expect(new URL(adminUrl).hostname).toBe("127.0.0.1");
    expect(await (await fetch(`${adminUrl}/__admin/health`)).json()).toEqual({ status: "ok" });
    expect((await fetch(`${adminUrl}/__admin/ledger`)).status).toBe(401);
    expect((await fetch(`${adminUrl}/__admin/health`, { headers: { authorization: "Bearer x" } })).status).toBe(401);
    expect(warned).toContain("the control plane listens on 0.0.0.0, beyond this machine");
  } finally {
    child.kill("SIGINT");
    await once(child, "exit");
    rmSync(folder, { recursive: true, force: true });
  }
});
