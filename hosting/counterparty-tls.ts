import type { X509Certificate } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Server, Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { certificateAuthority } from "../core/runtime/certificate.ts";
import type { TlsSettings } from "../core/runtime/runtime.ts";
import type { Bilingual } from "../core/run/verdict.ts";
import { certificateDigest, certificateDigestOf } from "../core/signature/certificate.ts";
import type { ServerTls } from "../simulator/http/server.ts";
import type { TurnedAway } from "../suites/run/scope.ts";
import type { ListenerFile, ListenerTls } from "../suites/statement/statement.ts";
import { authoritiesOf, leadsTo, pairOf } from "./certificate-pair.ts";
import { certificatesOf, oneLine } from "./pem-files.ts";
import type { NamedFile } from "./pem-files.ts";
import { UserError } from "./user-error.ts";

/** TLS of the counterparty's listener. */
interface CounterpartyTls {
  /** How its server is started. */
  readonly listening: { readonly tls: ServerTls; readonly prepare: (server: Server) => void };
  /** What pre-flight trusts and shows when it tries the address. */
  readonly visit: TlsSettings;
  /** Connections over which no request could come, oldest first; the latest of them only. */
  readonly turnedAway: readonly TurnedAway[];
}

/** How many connections that were turned away are kept. */
const KEPT = 100;

/**
 * Reads what a statement says of TLS under `notify`. Mistakes are told before the port listens. `file` is the
 * statement's.
 *
 * @throws UserError
 */
export function counterpartyTls(tls: ListenerTls, file: string, nowMs: number): CounterpartyTls {
  const named = (part: ListenerFile): NamedFile | undefined =>
    tls[part] === undefined
      ? undefined
      : { flag: `${file} /notify/tls/${part}`, file: tls[part].name, text: tls[part].text };
  const of = (part: "cert" | "key"): NamedFile => ({
    flag: `${file} /notify/tls/${part}`,
    file: tls[part].name,
    text: tls[part].text,
  });
  const own = pairOf(of("cert"), of("key"), nowMs);
  const [caFile, clientCaFile, clientFile] = [named("ca"), named("clientCa"), named("clientCert")];
  const ca = caFile === undefined ? undefined : certificatesOf(caFile, nowMs).text;
  const clientCa = clientCaFile === undefined ? undefined : authoritiesOf(clientCaFile, nowMs);
  const bound = clientFile === undefined ? undefined : certificatesOf(clientFile, nowMs).certificates;
  if (bound !== undefined && clientCa !== undefined && !leadsTo(bound, clientCa.certificates))
    throw new UserError(
      {
        en: `the client certificate of ${oneLine(bound[0]?.subject ?? "")} is of another authority than notify.tls.clientCa`,
        zh: `${oneLine(bound[0]?.subject ?? "")} 的客户端证书并非由 notify.tls.clientCa 签发`,
      },
      {
        where: clientFile?.flag ?? file,
        next: {
          en: "name the authority that issued it in notify.tls.clientCa, or give the certificate that this authority issued",
          zh: "请在 notify.tls.clientCa 中给出其签发机构，或给出该机构签发的证书",
        },
      },
    );
  // Pre-flight has no certificate of the SUT's, so an authority of this run alone certifies it.
  const visitors = clientCa === undefined ? undefined : certificateAuthority("Liantiao pre-flight");
  const visitor = visitors?.issue({ commonName: "pre-flight" });
  const trusted = ca ?? (own.top.checkIssued(own.top) ? own.certText : undefined);
  const turnedAway: TurnedAway[] = [];
  const turnAway = (reason: Bilingual): void => {
    turnedAway.push({ at: Date.now(), reason });
    if (turnedAway.length > KEPT) turnedAway.shift();
  };
  const asked =
    clientCa === undefined
      ? {}
      : { clientCa: `${clientCa.text}\n${visitors?.cert ?? ""}`, turnsAwayItself: true as const };
  return {
    listening: {
      tls: { cert: own.certText, key: own.keyText, ...asked },
      prepare: (server) =>
        watch(server, turnAway, {
          asked: clientCa !== undefined,
          issuers: clientCa?.certificates.map(({ subject }) => oneLine(subject)).join("; ") ?? "",
          bound: bound?.[0],
          visitor: visitor === undefined ? undefined : certificateDigestOf(visitor.cert),
        }),
    },
    visit: { ...(trusted === undefined ? {} : { ca: trusted }), ...visitor },
    turnedAway,
  };
}

interface Admission {
  /** Whether clients are asked for a certificate. */
  readonly asked: boolean;
  /** Names of the authorities. */
  readonly issuers: string;
  /** The one certificate that the SUT shows, where the statement says. */
  readonly bound: X509Certificate | undefined;
  /** SHA-256 of the certificate of pre-flight. */
  readonly visitor: string | undefined;
}

/** Ends connections that the statement does not allow, and keeps why, as well as why clients left by themselves. */
function watch(server: Server, turnAway: (reason: Bilingual) => void, admission: Admission): void {
  /** Ports of clients of which no more is to be said: they sent a request, or were turned away. */
  const done = new Set<number | undefined>();
  /** Failed handshakes whose reason is kept already, and whose connection has yet to close. */
  let explained = 0;
  server.on("connection", (socket: Socket) => {
    const { remotePort } = socket;
    // A client that does not trust what it sees leaves in the handshake or right after it, some without a word.
    socket.once("close", () => {
      if (done.delete(remotePort) || socket.bytesRead === 0) return;
      if (explained > 0) explained -= 1;
      else turnAway(LEFT);
    });
  });
  server.prependListener("secureConnection", (socket: TLSSocket) => {
    const reason = refusal(socket, admission);
    if (reason === undefined) return;
    turnAway(reason);
    done.add(socket.remotePort);
    socket.destroy();
  });
  server.on("request", ({ socket }: IncomingMessage) => void done.add(socket.remotePort));
  server.on("tlsClientError", ({ code = "" }: NodeJS.ErrnoException) => {
    const reason = atHandshake(code);
    if (reason === undefined) return;
    explained += 1;
    turnAway(reason);
  });
}

/** Why a connection is not let in by the certificate that it shows; undefined where it is. */
function refusal(socket: TLSSocket, { asked, issuers, bound, visitor }: Admission): Bilingual | undefined {
  if (!asked) return undefined;
  const shown = socket.getPeerX509Certificate();
  if (shown === undefined)
    return {
      en: `it showed no client certificate; wanted is one of ${issuers}`,
      zh: `未出示客户端证书；应由 ${issuers} 签发`,
    };
  const name = oneLine(shown.subject);
  if (!socket.authorized) {
    const why = String(socket.authorizationError);
    return {
      en: `its client certificate (${name}, issued by ${oneLine(shown.issuer)}) does not verify (${why}); wanted is one of ${issuers}`,
      zh: `其客户端证书（${name}，签发者 ${oneLine(shown.issuer)}）校验不通过（${why}）；应由 ${issuers} 签发`,
    };
  }
  if (bound === undefined || [visitor, certificateDigest(bound)].includes(certificateDigest(shown))) return undefined;
  return {
    en: `it showed the client certificate of ${name} (serial ${shown.serialNumber}), and notify.tls.clientCert is another one (serial ${bound.serialNumber})`,
    zh: `出示的是 ${name} 的客户端证书（序列号 ${shown.serialNumber}），与 notify.tls.clientCert（序列号 ${bound.serialNumber}）不同`,
  };
}

const LEFT: Bilingual = {
  en: "it left during the handshake or right after it, without a request: most likely it does not trust our certificate (notify.tls.cert)",
  zh: "握手时或握手后未发送请求即断开：很可能不信任我方证书（notify.tls.cert）",
};

/** What the code of a failed handshake says; undefined where nothing follows from it, as of a probe of the port. */
function atHandshake(code: string): Bilingual | undefined {
  if (code === "ERR_SSL_HTTP_REQUEST")
    return { en: "it spoke plain HTTP to a port that speaks TLS", zh: "以明文 HTTP 访问了 TLS 端口" };
  if (/ALERT_(?:UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED)/.test(code))
    return {
      en: `it does not trust our certificate, notify.tls.cert (${code})`,
      zh: `其不信任我方证书 notify.tls.cert（${code}）`,
    };
  if (/NO_SHARED_CIPHER|UNSUPPORTED_PROTOCOL|ALERT_PROTOCOL_VERSION|ALERT_HANDSHAKE_FAILURE/.test(code))
    return {
      en: `it offers no protocol or cipher suite that is served here: TLS 1.2 or 1.3 with forward secrecy (${code})`,
      zh: `其未提供此处支持的协议或套件：须为 TLS 1.2 或 1.3 且具备前向保密（${code}）`,
    };
  return undefined;
}
