import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { certificateAuthority } from "../../core/runtime/certificate.ts";
import { freePort } from "../../hosting/free-port.ts";
import { LOOPBACK } from "../../hosting/party.ts";

/** Whether this machine has nginx. */
export function hasNginx(): boolean {
  try {
    execFileSync("nginx", ["-v"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Something ahead of a SUT. */
export interface Gateway extends AsyncDisposable {
  /** Where it is called. */
  readonly baseUrl: string;
  /** File of the authority to trust; absent without TLS. */
  readonly ca?: string;
}

/** What is set besides; directives as nginx has them. */
export interface NginxSettings {
  readonly http?: string;
  readonly server?: string;
  readonly location?: string;
  /** The path that is called; default `/`. */
  readonly path?: string;
  /** What the upstream is called with in place of that path; absent: the path as it came. */
  readonly upstreamPath?: string;
  readonly host?: typeof LOOPBACK | "::1";
  readonly tls?: boolean;
}

/** An nginx as it is installed, with nothing set but where it listens, what stands behind it, and `settings`. */
export async function nginxAhead(upstream: string, settings: NginxSettings = {}): Promise<Gateway> {
  if (!hasNginx()) throw new Error("A gateway ahead of a SUT needs nginx; install it on this machine.");
  const { host = LOOPBACK, path = "/", tls = false } = settings;
  const folder = mkdtempSync(join(tmpdir(), "liantiao-nginx-"));
  const port = await freePort(host);
  const origin = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${join(folder, name)};`)
    .join(" ");
  writeFileSync(
    join(folder, "nginx.conf"),
    `daemon off; master_process off; pid ${join(folder, "pid")}; error_log ${join(folder, "errors.log")};
events {}
http {
  access_log off; ${temporary} ${settings.http ?? ""}
  server {
    listen ${origin}${tls ? " ssl" : ""}; ${tls ? certified(folder) : ""} ${settings.server ?? ""}
    location ${path} { proxy_pass ${upstream}${settings.upstreamPath ?? ""}; ${settings.location ?? ""} }
  }
}`,
  );
  const server = spawn("nginx", ["-c", join(folder, "nginx.conf"), "-p", folder, "-e", join(folder, "errors.log")], {
    stdio: "ignore",
  });
  const ended = new Promise<void>((resolve) => void server.once("exit", () => resolve()));
  await listening(port, host);
  return {
    baseUrl: `${tls ? "https" : "http"}://${origin}${path.replace(/\/$/, "")}`,
    ...(tls ? { ca: join(folder, "ca.pem") } : {}),
    async [Symbol.asyncDispose]() {
      server.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Makes a certificate for loopback, and gives the directives that name it. */
function certified(folder: string): string {
  const authority = certificateAuthority();
  const { cert, key } = authority.issue({ names: ["localhost"] });
  for (const [name, text] of Object.entries({ "ca.pem": authority.cert, "own.pem": cert, "own.key.pem": key }))
    writeFileSync(join(folder, name), text, { mode: 0o600 });
  return `ssl_certificate ${join(folder, "own.pem")}; ssl_certificate_key ${join(folder, "own.key.pem")};`;
}

async function listening(port: number, host: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, host, () => resolve(true)).on("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => void setTimeout(resolve, 50));
  }
  throw new Error(`nginx does not listen on ${host}, port ${port}, within 5 s`);
}
