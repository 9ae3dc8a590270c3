import { alike } from "../../../core/text/alike.ts";
import { readsOnly } from "../../reads.ts";
import type { Check } from "../../check.ts";
import { inProfile } from "../../profile.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";

/** Where frameworks and habits leave doors open. */
const DOORS = [
  "/",
  "/debug",
  "/debug/vars",
  "/debug/pprof/",
  "/metrics",
  "/health",
  "/healthz",
  "/status",
  "/env",
  "/config",
  "/config.json",
  "/settings",
  "/.env",
  "/.git/config",
  "/actuator",
  "/actuator/env",
  "/actuator/heapdump",
  "/admin",
  "/console",
  "/server-status",
  "/swagger.json",
  "/openapi.json",
  "/v1/config",
  "/v1/debug",
  "/v1/keys/private",
  "/v1/secrets",
  "/keys",
  "/keys/bank.key.pem",
  "/private.pem",
  "/backup.sql",
  "/trace",
  "/phpinfo.php",
];
const SECRETS = [
  /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/,
  /"?(?:private_?key|secret|api_?key|password|passwd|token)"?\s*[:=]\s*"?[^\s",}]{8,}/i,
  /\b(?:DATABASE_URL|AWS_SECRET_ACCESS_KEY|DB_PASSWORD)\b/,
];

export const doors: Check = {
  id: "data.doors",
  requirement: "DAT-08",
  title: { en: "No side door gives out a secret", zh: "旁路接口不泄露密钥" },
  effort: "standard",
  isolated: true,
  async run(session: Session) {
    const one = session.pack
      .provided(session.statement.role)
      .find((each) => readsOnly(each) && inProfile(session.statement, each.id));
    if (one === undefined) session.skip("no interface that reads", "没有只读接口", "not-demanded");
    const draft = await session.request(one.id);
    for (const path of DOORS) {
      for (const signed of [false, true]) await knock(session, draft, path, signed);
    }
    session.expectSuccess(await session.send(draft, { label: "an ordinary call" }));
  },
};

/** Not through `send`: what stands behind a door is no interface of the pack, and is not to be judged as one. */
async function knock(session: Session, draft: Draft, path: string, signed: boolean): Promise<void> {
  const request = session.seal(draft, {
    tamper: { target: () => path, ...(signed ? {} : { claims: () => undefined }) },
  });
  const response = await session.run.runtime.transport.send(request).catch(() => undefined);
  const text = response === undefined ? "" : new TextDecoder().decode(response.body.subarray(0, 65_536));
  const found = SECRETS.map((pattern) => pattern.exec(text)?.[0]).find((match) => match !== undefined);
  session.judged();
  if (found !== undefined)
    session.fail({
      summary: { en: `GET ${path} gives out a secret`, zh: `GET ${path} 泄露密钥` },
      expected: { en: "nothing there, or nothing secret", zh: "无内容，或不含密钥" },
      seen: alike(`HTTP ${response?.status ?? ""}: ${found.slice(0, 24)}…`),
    });
}
