import { AFTER_FAILURE } from "./catalogue/after-failure.ts";
import { BILL } from "./catalogue/bill.ts";
import { BOUNDARY } from "./catalogue/boundary.ts";
import { CALLING } from "./catalogue/calling.ts";
import { DATA } from "./catalogue/data.ts";
import { ENCRYPTED_BODIES } from "./catalogue/encrypted-bodies.ts";
import { ERRORS } from "./catalogue/errors.ts";
import { BROUGHT_KEY } from "./catalogue/brought-key.ts";
import { FORM_SIGNATURE } from "./catalogue/form-signature.ts";
import { FUNDS } from "./catalogue/funds.ts";
import { IDEMPOTENCY } from "./catalogue/idempotency.ts";
import { LIFECYCLE } from "./catalogue/lifecycle.ts";
import { NOTIFICATION_RECEIVED } from "./catalogue/notification-received.ts";
import { NOTIFICATION_SENT } from "./catalogue/notification-sent.ts";
import { READING } from "./catalogue/reading.ts";
import { RECONCILIATION } from "./catalogue/reconciliation.ts";
import { RECORD_SHOWN } from "./catalogue/record-shown.ts";
import { REPLAY } from "./catalogue/replay.ts";
import { RISK } from "./catalogue/risk.ts";
import { SCENARIO } from "./catalogue/scenario.ts";
import { SEALING } from "./catalogue/sealing.ts";
import { SIGNATURE } from "./catalogue/signature.ts";
import { SUPPLY_CHAIN } from "./catalogue/supply-chain.ts";
import { TRANSPORT } from "./catalogue/transport.ts";
import type { Defect } from "./defect.ts";

/** Every defect there is, by the area of its requirement. */
export const DEFECTS: readonly Defect[] = [
  ...IDEMPOTENCY,
  ...SIGNATURE,
  ...BROUGHT_KEY,
  ...FORM_SIGNATURE,
  ...SEALING,
  ...ENCRYPTED_BODIES,
  ...TRANSPORT,
  ...REPLAY,
  ...READING,
  ...ERRORS,
  ...AFTER_FAILURE,
  ...LIFECYCLE,
  ...FUNDS,
  ...SCENARIO,
  ...BOUNDARY,
  ...NOTIFICATION_SENT,
  ...NOTIFICATION_RECEIVED,
  ...RECORD_SHOWN,
  ...RECONCILIATION,
  ...BILL,
  ...DATA,
  ...CALLING,
  ...SUPPLY_CHAIN,
  ...RISK,
];
