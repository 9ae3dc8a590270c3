import type { TestKey } from "./keys.ts";

/** Who is enrolled at a test bank, and with which key. */
export interface TestParty {
  readonly id: string;
  readonly key: TestKey;
  readonly notifyUrl?: string;
  readonly notifyPrefixes?: readonly string[];
}
