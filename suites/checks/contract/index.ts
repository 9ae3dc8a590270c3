import type { Check } from "../../check.ts";
import { singleViolation } from "./single-violation.ts";
import { validRequest } from "./valid-request.ts";

export const CONTRACT: readonly Check[] = [validRequest, singleViolation];
