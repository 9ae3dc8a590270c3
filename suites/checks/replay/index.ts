import type { Check } from "../../check.ts";
import { exact } from "./exact.ts";
import { window } from "./window.ts";

export const REPLAY: readonly Check[] = [exact, window];
