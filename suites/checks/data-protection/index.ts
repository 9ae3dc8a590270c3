import type { Check } from "../../check.ts";
import { watched } from "../errors/watched.ts";
import { addresses } from "./addresses.ts";
import { canary } from "./canary.ts";
import { massAssignment } from "./mass-assignment.ts";
import { otherOrder } from "./other-order.ts";
import { otherParty } from "./other-party.ts";
import { doors } from "./secrets.ts";
import { toldBesides } from "./told-besides.ts";

const unmasked = watched(
  "data.unmasked",
  "DAT-01",
  { en: "No answer of the run showed a sensitive value whole", zh: "全程应答未完整返回敏感信息" },
  ["unmasked"],
  { en: "a sensitive value came back whole", zh: "敏感信息被完整返回" },
);
const secret = watched(
  "data.secret",
  "DAT-08",
  { en: "No answer of the run held a private key", zh: "全程应答不含私钥" },
  ["secret"],
  { en: "an answer holds a private key", zh: "应答含有私钥" },
);

export const DATA_PROTECTION: readonly Check[] = [
  canary,
  otherParty,
  otherOrder,
  massAssignment,
  toldBesides,
  doors,
  unmasked,
  secret,
  addresses,
];
