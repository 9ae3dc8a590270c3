import { BlockList, isIP } from "node:net";
import type { Bilingual } from "../run/verdict.ts";
import { SaidError } from "../text/said-error.ts";

/** Through which proxies calls go out, by the variables that most programs share. */
export interface ProxySettings {
  /** For `http:` URLs. */
  readonly http?: URL;
  /** For `https:` URLs. */
  readonly https?: URL;
  /** Hosts that are called directly: names, domains, addresses and networks, each with a port or without; `*` is all. */
  readonly direct: readonly string[];
  /** Whether this machine's own addresses are called through the proxy too. */
  readonly loopback: boolean;
}

/** A proxy of the environment cannot be used; the message names its variable, and repeats no password. */
export class ProxyUnusable extends SaidError {
  readonly variable: string;

  constructor(variable: string, said: Bilingual) {
    super(said);
    this.variable = variable;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Asks for the proxy on loopback as well, where it would see calls to a SUT of this machine. */
const LOOPBACK_VARIABLE = "LIANTIAO_PROXY_LOOPBACK";

/**
 * Reads `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, in small letters first, as curl does. Undefined where
 * no proxy is named.
 *
 * @throws ProxyUnusable
 */
export function proxySettings(environment: Environment): ProxySettings | undefined {
  const named = (...names: readonly string[]): URL | undefined => {
    for (const name of names.flatMap((one) => [one.toLowerCase(), one])) {
      const text = environment[name];
      if (text !== undefined && text !== "") return proxyUrl(text, name);
    }
    return undefined;
  };
  const [http, https] = [named("HTTP_PROXY", "ALL_PROXY"), named("HTTPS_PROXY", "ALL_PROXY")];
  if (http === undefined && https === undefined) return undefined;
  return {
    ...(http === undefined ? {} : { http }),
    ...(https === undefined ? {} : { https }),
    direct: (environment["no_proxy"] ?? environment["NO_PROXY"] ?? "").split(/[\s,]+/).filter((one) => one !== ""),
    loopback: environment[LOOPBACK_VARIABLE] === "1",
  };
}

function proxyUrl(text: string, variable: string): URL {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (url === undefined)
    throw new ProxyUnusable(variable, {
      en: `${variable} is not the URL of a proxy`,
      zh: `${variable} 不是代理的 URL`,
    });
  if (url.protocol !== "http:")
    throw new ProxyUnusable(variable, {
      en: `${variable} names a proxy that speaks ${url.protocol.slice(0, -1)}, and only http is known`,
      zh: `${variable} 给出的代理使用 ${url.protocol.slice(0, -1)} 协议，而仅支持 http 代理`,
    });
  return url;
}

/** The proxy through which a URL is called; undefined where it is called directly. */
export function proxyFor(url: URL, settings: ProxySettings | undefined): URL | undefined {
  if (settings === undefined) return undefined;
  const host = hostOf(url);
  if (!settings.loopback && isLoopback(host)) return undefined;
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  if (settings.direct.some((pattern) => isMeant(pattern, host, port))) return undefined;
  return url.protocol === "https:" ? settings.https : settings.http;
}

/** The host of a URL without the brackets of IPv6. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, "$1");

/** The port of a URL, said or not. */
export const portOf = (url: URL): number =>
  url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);

/** What a proxy wants to see of its user and password; undefined without one. */
export const proxyAuthorization = ({ username, password }: URL): string | undefined =>
  username === ""
    ? undefined
    : `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64")}`;

function isLoopback(host: string): boolean {
  if (host === "localhost" || host.endsWith(".localhost")) return true;
  return isWithin(host, "127.0.0.0/8") || isWithin(host, "::1/128");
}

/** Whether an entry of NO_PROXY means a host. */
function isMeant(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  const [, name = "", ofPort] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? [undefined, entry];
  if (ofPort !== undefined && ofPort !== port) return false;
  const plain = name.toLowerCase().replace(/^\[(.*)\]$/, "$1");
  if (plain.includes("/")) return isWithin(host, plain);
  const domain = plain.replace(/^\*?\./, "");
  return domain !== "" && (host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`)));
}

/** Whether a host is an address of a network such as `10.0.0.0/8`. */
function isWithin(host: string, network: string): boolean {
  const [address = "", bits = ""] = network.split("/");
  const family = isIP(address);
  if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128))
    return false;
  const list = new BlockList();
  const kind = family === 4 ? "ipv4" : "ipv6";
  list.addSubnet(address, Number(bits), kind);
  return list.check(host, kind);
}
