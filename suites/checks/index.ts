import type { Check } from "../check.ts";
import { CALLER } from "./caller/index.ts";
import { CANONICAL } from "./canonical/index.ts";
import { CONTRACT } from "./contract/index.ts";
import { DATA_PROTECTION } from "./data-protection/index.ts";
import { ERRORS } from "./errors/index.ts";
import { IDEMPOTENCY } from "./idempotency/index.ts";
import { LAWS, OPENING } from "./laws/index.ts";
import { LIFECYCLE } from "./lifecycle/index.ts";
import { PARSING } from "./parsing/index.ts";
import { MODELS } from "./models/index.ts";
import { NOTIFICATION } from "./notification/index.ts";
import { RECONCILIATION } from "./reconciliation/index.ts";
import { REPLAY } from "./replay/index.ts";
import { SIGNATURE } from "./signature/index.ts";
import { STABILITY } from "./stability/index.ts";
import { TRANSPORT } from "./transport/index.ts";

/** Every check there is, by area, in the order in which they run. A new area is one line here, a new check one line in its area. */
export const CHECKS: readonly Check[] = [
  OPENING,
  CONTRACT,
  SIGNATURE,
  REPLAY,
  CANONICAL,
  ERRORS,
  PARSING,
  DATA_PROTECTION,
  LIFECYCLE,
  IDEMPOTENCY,
  MODELS,
  NOTIFICATION,
  TRANSPORT,
  CALLER,
  STABILITY,
  RECONCILIATION,
  LAWS,
].flat();
