import type { Mutator } from "../mutant.ts";
import { answers } from "./answers.ts";
import { errors } from "./errors.ts";
import { expressions } from "./expressions.ts";
import { guards } from "./guards.ts";
import { idempotency } from "./idempotency.ts";
import { files, policies } from "./policies.ts";
import { refusals } from "./refusals.ts";
import { rows } from "./rows.ts";
import { schemas } from "./schemas.ts";
import { transitions } from "./transitions.ts";

export const MUTATORS: readonly Mutator[] = [
  guards,
  refusals,
  errors,
  transitions,
  rows,
  expressions,
  answers,
  idempotency,
  schemas,
  policies,
  files,
];
