import { headerPolicy } from "../../core/envelope/testing/policies.ts";
import { fileURLToPath } from "node:url";
import { loadPack } from "../../core/pack/load.ts";
import type { PackSource } from "../../core/pack/types.ts";
import type { RunEvent } from "../../core/run/event.ts";
import { liveRuntime } from "../../core/runtime/live.ts";
import { TransportFailure } from "../../core/runtime/runtime.ts";
import type { HttpRequest, HttpResponse } from "../../core/runtime/runtime.ts";
import { responseBase } from "../../core/envelope/authorization-header/base.ts";
import { encodeBase64 } from "../../core/signature/base64.ts";
import type { PrivateKey } from "../../core/signature/scheme.ts";
import { pairScheme } from "../../core/signature/schemes.ts";
import { packView } from "../pack-view.ts";
import type { PackView } from "../pack-view.ts";
import { CHARGE } from "../resources/kinds.ts";
import { runScope } from "../run/scope.ts";
import type { RunScope } from "../run/scope.ts";
import type { Limits, Statement } from "../statement/statement.ts";

/** What a fake SUT answers: status and JSON body, a failure, never, or a gateway that says it is away. */
export type FakeAnswer =
  | {
      readonly status: number;
      readonly json?: unknown;
      /** The text of a JSON answer, whatever it is. */
      readonly text?: string;
      /** In place of JSON. */
      readonly html?: string;
      /** How long it takes, in ms; the run's clock is moved instead of waiting. */
      readonly tookMs?: number;
      readonly unsigned?: true;
      readonly headers?: readonly (readonly [string, string])[];
    }
  | "timeout"
  | "reset"
  | "hang"
  | "gateway";

export interface FakeRun {
  readonly scope: RunScope;
  readonly events: RunEvent[];
}

/** Data for the resource that moves a customer's money at once: a text for each that its scenario gives. */
function ordinaryData(pack: PackView): Statement["fixtures"] {
  const charge = pack.resources.of("bank").find((one) => CHARGE.holds(one, pack));
  const [scenario] = charge === undefined ? [] : pack.resources.scenarios(charge.name, "ordinary");
  return scenario === undefined
    ? {}
    : {
        [scenario.id]: {
          values: Object.fromEntries(
            Object.entries(scenario.gives).map(([name, { type }]) => [
              name,
              type === "money" ? { value: 1_000, currency: pack.currency } : "b1",
            ]),
          ),
        },
      };
}

interface KeyPair {
  readonly publicPem: string;
  readonly privatePem: string;
}

function fakeStatement(pack: PackView, ours: KeyPair, theirs: KeyPair, limits: Partial<Limits>): Statement {
  return {
    name: "fake",
    role: "bank",
    pack: pack.source.manifest.name,
    baseUrl: "http://fake.invalid",
    sutPartyId: "BANK01",
    parties: [
      { partyId: "P1001", serial: "S1", algorithm: "WECHATPAY2-ED25519", key: { privateKey: ours.privatePem } },
    ],
    sutKeys: [{ serial: "B1", algorithm: "WECHATPAY2-ED25519", publicPem: theirs.publicPem }],
    profile: { interfaces: ["*"], except: [], requirementsExcept: [] },
    fixtures: ordinaryData(pack),
    limits: { timeoutMs: 60_000, maxConcurrency: 20, settleWithinSeconds: 1, checkTimeoutSeconds: 60, ...limits },
    waivers: [],
    checks: [],
  };
}

/** The SUT: what `answer` says, signed with its key at the time `now`. `took` is told how long it says it took. */
function fakeSut(
  { policies }: PackView,
  key: PrivateKey,
  answer: (request: HttpRequest) => FakeAnswer,
  { now, took }: { readonly now: () => number; readonly took: (ms: number) => void },
): (request: HttpRequest, signal?: AbortSignal) => Promise<HttpResponse> {
  return async (request, signal) => {
    if (signal?.aborted === true) throw new TransportFailure("aborted", "aborted", false);
    const said = answer(request);
    if (said === "timeout" || said === "reset") throw new TransportFailure(said, "no answer", true);
    if (said === "gateway")
      return {
        status: 502,
        headers: [["Content-Type", "text/html"]],
        body: new TextEncoder().encode("<h1>502 Bad Gateway</h1>"),
      };
    if (said === "hang")
      return new Promise((_resolve, reject) =>
        signal?.addEventListener("abort", () => reject(new TransportFailure("aborted", "aborted", true))),
      );
    took(said.tookMs ?? 0);
    const text = said.html ?? said.text ?? (said.json === undefined ? "" : JSON.stringify(said.json));
    const body = new TextEncoder().encode(text);
    const timestamp = String(Math.floor(now() / 1000));
    const signature = encodeBase64(
      key.sign(responseBase(headerPolicy(policies.envelope), { timestamp, nonce: "fakenonce1", body })),
    );
    const signed: [string, string][] = [
      ["Wechatpay-Timestamp", timestamp],
      ["Wechatpay-Nonce", "fakenonce1"],
      ["Wechatpay-Serial", "B1"],
      ["Wechatpay-Signature", signature],
    ];
    return {
      status: said.status,
      headers: [
        ["Content-Type", said.html === undefined ? "application/json" : "text/html"],
        ...(said.headers ?? []),
        ...(said.unsigned === true || said.html !== undefined ? [] : signed),
      ],
      body,
    };
  };
}

/** A run against a SUT that is a function, for the harness's own tests: real pack, real signatures, no sockets. */
export function fakeRun(
  answer: (request: HttpRequest) => FakeAnswer,
  limits: Partial<Limits> = {},
  source: PackSource = loadPack(fileURLToPath(new URL("../../specs/cooperation", import.meta.url))),
): FakeRun {
  const pack = packView(source);
  const scheme = pairScheme("ed25519");
  const [ours, theirs] = [scheme.generate(), scheme.generate()];
  const host = liveRuntime();
  let takenMs = 0;
  const live = { ...host, now: () => host.now() + takenMs };
  const respond = fakeSut(pack, scheme.privateKey(theirs.privatePem), answer, {
    now: live.now,
    took: (ms) => (takenMs += ms),
  });
  const events: RunEvent[] = [];
  const signer = scheme.privateKey(ours.privatePem);
  const scope = runScope({
    pack,
    statement: fakeStatement(pack, ours, theirs, limits),
    statementFile: "sut.json",
    seed: 1,
    effort: "smoke",
    part: "checks",
    startedAt: 0,
    counterparty: undefined,
    runtime: { ...live, transport: { send: respond } },
    handshake: () => Promise.resolve({ kind: "refused", message: "a fake SUT has no TLS" }),
    race: (requests) =>
      Promise.all(requests.map((request) => respond(request).catch((failure: unknown) => failure as TransportFailure))),
    signers: [{ partyId: "P1001", serial: "S1", token: "WECHATPAY2-ED25519", sign: (bytes) => signer.sign(bytes) }],
    sutKeys: [{ serial: "B1", token: "WECHATPAY2-ED25519", key: scheme.publicKey(theirs.publicPem) }],
    emit: (event) => events.push(event),
  });
  return { scope, events };
}
