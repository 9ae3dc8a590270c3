import type { Bilingual } from "../core/run/verdict.ts";
import type { Pack } from "../core/pack/compile.ts";
import type { Role } from "../core/pack/types.ts";
import { UserError } from "../hosting/user-error.ts";
import { DEFECTS } from "../simulator/defects/index.ts";
import type { Defect } from "../simulator/defects/defect.ts";
import { MAX_IN_FLIGHT } from "../simulator/simulator.ts";
import { nameOneOf } from "./name-one-of.ts";

/** The defect called `name`. @throws UserError where the role has none of that name. */
export function defectOf(name: string, role: Role): Defect {
  return nameOneOf(
    DEFECTS.filter((one) => one.role === role),
    name,
    { en: "defect", zh: "缺陷" },
    "--defect",
  );
}

/** The pack that defects of rules and of messages are written against. */
const REFERENCE = "cooperation";

/** The settings of a server that decide whether a defect shows. */
interface Served {
  readonly tlsCert?: string;
  readonly tlsClient?: readonly string[];
  readonly maxInFlight?: number;
}

/** Why a defect cannot show, and what to do. */
interface Hidden {
  readonly what: Bilingual;
  readonly allowed?: string;
  readonly next: Bilingual;
}

/** Refuses a defect that cannot show: a pass with it would look like a hole in the suites. @throws UserError */
export function refuseInvisibleDefect(defect: Defect, flags: Served, tokens: readonly string[], pack: Pack): void {
  const hidden = hiddenByPack(defect, pack) ?? hiddenByFlags(defect, flags) ?? hiddenByScheme(defect, tokens, pack);
  if (hidden === undefined) return;
  const { what, ...rest } = hidden;
  throw new UserError(what, { where: "--defect", ...rest });
}

function hiddenByPack({ name, needs, pack: rules, handle }: Defect, { source }: Pack): Hidden | undefined {
  const { name: served, policies } = source.manifest;
  const { style } = policies.envelope;
  if (needs?.envelope !== undefined)
    return needs.envelope === style
      ? undefined
      : {
          what: {
            en: `the defect ${name} shows under the envelope ${needs.envelope} only, and the pack has ${style}`,
            zh: `缺陷 ${name} 只在报文封装 ${needs.envelope} 下显现，而此规范包采用 ${style}`,
          },
          next: {
            en: "give --pack with a pack of that style, such as form-gateway",
            zh: "请用 --pack 给出采用该封装的规范包，如 form-gateway",
          },
        };
  if (needs?.sdk === true)
    return policies.notification.signedAs === "answer" && policies.sealing !== undefined
      ? undefined
      : {
          what: {
            en: `the defect ${name} shows where notifications are sealed and signed like answers, and those of the pack are not`,
            zh: `缺陷 ${name} 只在通知加密且按应答方式签名时显现，而此规范包并非如此`,
          },
          next: {
            en: "give --pack with policies.sealing and policies.notification.signedAs",
            zh: "请用 --pack 给出含 policies.sealing 与 policies.notification.signedAs 的规范包",
          },
        };
  if (needs?.encrypted === true)
    return policies.bodySealing?.carried.requests !== undefined
      ? undefined
      : {
          what: {
            en: `the defect ${name} shows where the bodies of requests are encrypted, and those of the pack are not`,
            zh: `缺陷 ${name} 只在请求报文体加密时显现，而此规范包的请求报文体为明文`,
          },
          next: {
            en: "give --pack with policies.bodySealing",
            zh: "请用 --pack 给出含 policies.bodySealing 的规范包",
          },
        };
  if (served === REFERENCE || (rules === undefined && handle === undefined)) return undefined;
  return {
    what: {
      en: `the defect ${name} works with the pack ${REFERENCE} only, and the pack ${served} is served`,
      zh: `缺陷 ${name} 只适用于规范包 ${REFERENCE}，而现用的是 ${served}`,
    },
    allowed: DEFECTS.filter((one) => one.pack === undefined && one.handle === undefined)
      .map((one) => one.name)
      .join(", "),
    next: {
      en: `give one of these, or serve the pack ${REFERENCE}`,
      zh: `请给出其中之一，或改用规范包 ${REFERENCE}`,
    },
  };
}

function hiddenByFlags(
  { name, needs }: Defect,
  { tlsCert, tlsClient = [], maxInFlight = MAX_IN_FLIGHT }: Served,
): Hidden | undefined {
  if (needs?.tls === true && tlsCert === undefined)
    return {
      what: {
        en: `the defect ${name} shows over TLS only, and plain HTTP is served`,
        zh: `缺陷 ${name} 只在 TLS 下显现，而现为明文 HTTP`,
      },
      next: {
        en: "give --tls-cert FILE --tls-key FILE too; docs/recipes/serve-tls.md shows how to make them",
        zh: "请同时给出 --tls-cert 文件 --tls-key 文件；制作方法见 docs/recipes/serve-tls.zh-CN.md",
      },
    };
  if (needs?.clients === true && tlsClient.length < 2)
    return {
      what: {
        en: `the defect ${name} shows where client certificates are bound to two parties`,
        zh: `缺陷 ${name} 在两个参与方均绑定客户端证书时显现`,
      },
      next: {
        en: "give --tls-client-ca FILE and --tls-client PARTY=CERT,KEY for two parties; `liantiao keys init` makes them",
        zh: "请给出 --tls-client-ca 文件，并为两个参与方给出 --tls-client 机构=证书,私钥；可用 `liantiao keys init` 生成",
      },
    };
  if (needs?.maxInFlight === undefined || maxInFlight <= needs.maxInFlight) return undefined;
  return {
    what: {
      en: `the defect ${name} shows at a limit of ${needs.maxInFlight} calls at once, and the limit is ${maxInFlight}`,
      zh: `缺陷 ${name} 在并发上限为 ${needs.maxInFlight} 时显现，而现为 ${maxInFlight}`,
    },
    next: {
      en: `give --max-in-flight ${needs.maxInFlight} too`,
      zh: `请同时给出 --max-in-flight ${needs.maxInFlight}`,
    },
  };
}

function hiddenByScheme({ name, needs }: Defect, tokens: readonly string[], { source }: Pack): Hidden | undefined {
  if (needs?.scheme === undefined) return undefined;
  const algorithms = Object.entries(source.manifest.policies.envelope.algorithms);
  const used = tokens.length === 0 ? algorithms.slice(0, 1).map(([token]) => token) : tokens;
  const fitting = algorithms.filter(([, scheme]) => scheme === needs.scheme).map(([token]) => token);
  if (used.some((token) => fitting.includes(token))) return undefined;
  return {
    what: {
      en: `the defect ${name} shows with the scheme ${needs.scheme} only, and no party signs with it`,
      zh: `缺陷 ${name} 只在签名方案 ${needs.scheme} 下显现，而没有参与方使用它`,
    },
    allowed: fitting.join(", "),
    next:
      fitting.length === 0
        ? { en: "give a pack that has this scheme", zh: "请给出有此方案的规范包" }
        : { en: `give --algorithm ${fitting[0]} too`, zh: `请同时给出 --algorithm ${fitting[0]}` },
  };
}
