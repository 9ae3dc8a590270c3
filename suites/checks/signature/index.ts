import type { Check } from "../../check.ts";
import { absent } from "./absent.ts";
import { noAlgorithm, swappedAlgorithm } from "./algorithm-names.ts";
import { askedKey } from "./asked-key.ts";
import { answers } from "./answers.ts";
import { base64 } from "./base64.ts";
import { broughtKey } from "./brought-key.ts";
import { changedBody } from "./changed-body.ts";
import { cut } from "./cut.ts";
import { downgrade } from "./downgrade.ts";
import { flipped } from "./flipped.ts";
import { noFallback } from "./no-fallback.ts";
import { ownRotation } from "./own-rotation.ts";
import { otherParty } from "./other-party.ts";
import { refusedAlike } from "./refused-alike.ts";
import { rotation } from "./rotation.ts";
import { rsaPadding } from "./rsa-padding.ts";
import { sealedParts } from "./sealed-parts.ts";
import { signedRefusals } from "./signed-refusals.ts";
import { sm2Malformed } from "./sm2-malformed.ts";
import { twoSignatures } from "./two-signatures.ts";
import { unknownSerial } from "./unknown-serial.ts";

export const SIGNATURE: readonly Check[] = [
  absent,
  flipped,
  changedBody,
  sealedParts,
  refusedAlike,
  otherParty,
  unknownSerial,
  noFallback,
  noAlgorithm,
  swappedAlgorithm,
  downgrade,
  rsaPadding,
  sm2Malformed,
  base64,
  cut,
  twoSignatures,
  broughtKey,
  rotation,
  ownRotation,
  signedRefusals,
  askedKey,
  answers,
];
