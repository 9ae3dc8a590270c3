import type { Check } from "../../check.ts";
import { anotherAnswer } from "./another-answer.ts";
import { forgedAnswer } from "./forged-answer.ts";
import { oldAnswer } from "./old-answer.ts";
import { refundKeepsItsNumber } from "./one-number.ts";
import { unknownIsAsked } from "./unknown-is-asked.ts";
import { wrongCertificate } from "./wrong-certificate.ts";

/** What a SUT does as a caller, made to call its peer by the hook `call`. */
export const CALLER: readonly Check[] = [
  forgedAnswer,
  oldAnswer,
  anotherAnswer,
  unknownIsAsked,
  refundKeepsItsNumber,
  wrongCertificate,
];
