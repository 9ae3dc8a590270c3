import type { Check } from "../../check.ts";
import { afterLostAnswer, afterServerError, whileDependencyDown } from "./after-failure.ts";
import { declaredCodes } from "./declared-codes.ts";
import { guardOrder } from "./guard-order.ts";
import { limited } from "./limited.ts";
import { everyPair, knownNumber, precedence } from "./precedence.ts";
import { inFlight } from "./truth.ts";
import { unauthenticated } from "./unauthenticated.ts";
import { agreement, encoding, inside, undeclared } from "./watched.ts";
import { wrongRoute } from "./wrong-route.ts";

export const ERRORS: readonly Check[] = [
  precedence,
  everyPair,
  knownNumber,
  guardOrder,
  unauthenticated,
  wrongRoute,
  declaredCodes,
  inFlight,
  limited,
  afterLostAnswer,
  afterServerError,
  whileDependencyDown,
  agreement,
  undeclared,
  inside,
  encoding,
];
