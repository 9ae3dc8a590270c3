import type { Check } from "../../check.ts";
import { sequences } from "./sequences.ts";

export const MODELS: readonly Check[] = [sequences];
