import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../hosting/free-port.ts";
import { LOOPBACK } from "../hosting/party.ts";

/** Whether this machine has nginx. */
export function hasNginx(): boolean {
  try {
    execFileSync("nginx", ["-v"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

export interface Gateway extends AsyncDisposable {
  readonly baseUrl: string;
}

/** An nginx as it is installed, with nothing set but where it listens and what stands behind it. */
export async function nginxAhead(upstream: string): Promise<Gateway> {
  const folder = mkdtempSync(join(tmpdir(), "liantiao-nginx-"));
  const port = await freePort(LOOPBACK);
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${join(folder, name)};`)
    .join(" ");
  writeFileSync(
    join(folder, "nginx.conf"),
    `daemon off; master_process off; pid ${join(folder, "pid")}; error_log ${join(folder, "errors.log")};
events {}
http { access_log off; ${paths} server { listen ${LOOPBACK}:${port}; location / { proxy_pass ${upstream}; } } }`,
  );
  const server = spawn("nginx", ["-c", join(folder, "nginx.conf"), "-p", folder, "-e", join(folder, "errors.log")], {
    stdio: "ignore",
  });
  const ended = new Promise<void>((resolve) => void server.once("exit", () => resolve()));
  await listening(port);
  return {
    baseUrl: `http://${LOOPBACK}:${port}`,
    async [Symbol.asyncDispose]() {
      server.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, LOOPBACK, () => resolve(true)).on("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => void setTimeout(resolve, 50));
  }
  throw new Error(`nginx does not listen on ${LOOPBACK}:${port} within 5 s`);
}
