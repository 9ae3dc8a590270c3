import type { ServerTls } from "../simulator/http/server.ts";
import type { ServingTls, StatementTls } from "./serving-tls.ts";
import { UserError } from "./user-error.ts";

/** TLS of a control plane that others than this machine reach. */
export interface AdminTls {
  readonly server: ServerTls;
  /** What a client has to trust; names of files. */
  readonly trust: StatementTls;
}

/** Whether only this machine reaches an address. */
const isLocal = (address: string): boolean => /^(?:127\.|::1$|localhost$)/.test(address);

/**
 * The certificate of the server for a control plane beyond this machine: its token moves money and reads test data, and must
 * not cross a network in the clear. Undefined on loopback, where it stays plain HTTP.
 *
 * @throws UserError where there is no certificate
 */
export function adminTls(address: string | undefined, tls: ServingTls | undefined): AdminTls | undefined {
  if (address === undefined || isLocal(address)) return undefined;
  if (tls === undefined)
    throw new UserError(
      {
        en: `a control plane at ${address} is reached from beyond this machine, and without TLS its token would be read on the way`,
        zh: `控制面监听 ${address} 时本机以外可访问，若无 TLS，令牌会在途中被读取`,
      },
      {
        where: `--admin-host ${address}`,
        allowed: {
          en: "any address with --tls-cert and --tls-key; without them 127.0.0.1, ::1 or localhost",
          zh: "给出 --tls-cert 与 --tls-key 时任意地址；否则为 127.0.0.1、::1 或 localhost",
        },
        next: {
          en: "give --tls-cert FILE --tls-key FILE (`liantiao keys init` makes them), or leave --admin-host away",
          zh: "请给出 --tls-cert 与 --tls-key（可用 `liantiao keys init` 生成），或不使用 --admin-host",
        },
      },
    );
  const { cert, key } = tls.server;
  return { server: { cert, key }, trust: tls.trustAt(address) };
}
