import type { Check } from "../../check.ts";
import { precedence } from "./precedence.ts";
import { agreement, undeclared } from "./watched.ts";

export const ERRORS: readonly Check[] = [precedence, agreement, undeclared];
