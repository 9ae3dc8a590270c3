import type { SealingKey } from "../../core/sealing/scheme.ts";
import type { TestKey } from "./keys.ts";

/** Who is enrolled at a test bank, and with which key. */
export interface TestParty {
  readonly id: string;
  readonly key: TestKey;
  readonly notifyUrl?: string;
  readonly notifyPrefixes?: readonly string[];
  /** Under which parts of its messages are sealed, where the pack seals any. */
  readonly sealing?: SealingKey;
}
