import type { Check } from "../../check.ts";
import { duplicateKey } from "./duplicate-key.ts";
import { largeInteger } from "./large-integer.ts";

export const CANONICAL: readonly Check[] = [duplicateKey, largeInteger];
