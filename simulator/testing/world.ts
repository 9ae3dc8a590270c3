import type { HttpRequest, HttpResponse } from "../../core/runtime/runtime.ts";
import type { SimulatedProcess } from "../../core/runtime/simulated.ts";
import type { RawRequest } from "../http/raw.ts";
import { memoryStore } from "../store/memory.ts";
import type { MemoryDisk } from "../store/memory.ts";
import { startBank } from "./bank.ts";
import type { TestBank, TestBankOptions } from "./bank.ts";

export const BANK_ORIGIN = "https://bank.test";

/** Midday of 22 November 2026 in Shanghai. */
export const START = Date.parse("2026-11-22T12:00:00+08:00");

/** A bank in a simulated world, listening at `BANK_ORIGIN`. `process` is the root, or a fence that may be killed. */
export async function bankInWorld(
  process: SimulatedProcess,
  settings: Omit<TestBankOptions, "runtime" | "store"> & { readonly disk?: MemoryDisk; readonly flushMs?: number } = {},
): Promise<TestBank> {
  const { disk, flushMs = 1, ...rest } = settings;
  const store = memoryStore({ flush: () => process.sleep(flushMs), ...(disk === undefined ? {} : { disk }) });
  if ("onKill" in process)
    (process as SimulatedProcess & { onKill(task: () => void): void }).onKill(() => store.crash());
  const bank = await startBank({ ...rest, runtime: process, store });
  process.network.listen(BANK_ORIGIN, async (request) => {
    const response = await bank.simulator.handle(rawRequest(request));
    if (response.wire !== undefined) throw new Error("the bank broke off");
    return { status: response.status, headers: response.headers, body: response.body };
  });
  return bank;
}

function rawRequest({ method, url, headers, body }: HttpRequest): RawRequest {
  const { pathname, search } = new URL(url);
  return { method, target: pathname + search, headers, body };
}

/** A receiver of notifications in a simulated world; says what came when, and answers what it is told to. */
export function receiver(
  process: SimulatedProcess,
  origin: string,
  answer: (request: HttpRequest, count: number) => number | Promise<HttpResponse>,
): { readonly received: { readonly at: number; readonly request: HttpRequest }[] } {
  const received: { at: number; request: HttpRequest }[] = [];
  process.network.listen(origin, async (request) => {
    received.push({ at: process.now(), request });
    const result = answer(request, received.length);
    return typeof result === "number" ? { status: result, headers: [], body: new Uint8Array(0) } : result;
  });
  return { received };
}
