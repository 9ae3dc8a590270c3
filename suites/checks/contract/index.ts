import type { Check } from "../../check.ts";
import { watched } from "../errors/watched.ts";
import { fieldBounds } from "./bounds.ts";
import { echoed, generated } from "./generated.ts";
import { inTime } from "./in-time.ts";
import { keys } from "./keys.ts";
import { otherReceiver } from "./other-receiver.ts";
import { partyMismatch } from "./party-mismatch.ts";
import { askedAndShown, saidAndShown, saidAndShownLate } from "./said-and-shown.ts";
import { namesTheField, singleViolation } from "./single-violation.ts";
import { endTimes, times } from "./times.ts";
import { validRequest } from "./valid-request.ts";

const answers = watched(
  "contract.answers",
  "CON-02",
  { en: "Every success of the run satisfied its schema", zh: "全程成功应答均符合模式" },
  ["answer-schema"],
  { en: "an answer does not satisfy its schema", zh: "应答不符合模式" },
);

export const CONTRACT: readonly Check[] = [
  validRequest,
  saidAndShown,
  saidAndShownLate,
  askedAndShown,
  times,
  endTimes,
  partyMismatch,
  otherReceiver,
  keys,
  generated,
  echoed,
  fieldBounds,
  singleViolation,
  namesTheField,
  inTime,
  answers,
];
