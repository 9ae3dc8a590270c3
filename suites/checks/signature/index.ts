import type { Check } from "../../check.ts";
import { absent } from "./absent.ts";
import { answers } from "./answers.ts";
import { flipped } from "./flipped.ts";
import { unknownSerial } from "./unknown-serial.ts";

export const SIGNATURE: readonly Check[] = [absent, flipped, unknownSerial, answers];
