import type { Variation } from "./variation.ts";
import { acknowledgeBody, acknowledgement } from "./variations/acknowledgement.ts";
import { bare, deeper, members, texts } from "./variations/amounts.ts";
import { created, declines, paths, statuses } from "./variations/answers.ts";
import { fewer, fewerResources } from "./variations/fewer.ts";
import { freeTexts } from "./variations/free-texts.ts";
import { headers, nonces, replays, zone } from "./variations/policies.ts";
import { singleUse } from "./variations/single-use.ts";
import { closed, open } from "./variations/schemas.ts";
import { durations, questions, times } from "./variations/times.ts";
import { codes, currency, fewerCodes, rename, shorter } from "./variations/words.ts";

/** In a fixed order, from which seeds draw; a new one comes last. */
export const VARIATIONS: readonly Variation[] = [
  rename,
  codes,
  statuses,
  created,
  open,
  closed,
  acknowledgement,
  times,
  zone,
  nonces,
  headers,
  paths,
  shorter,
  currency,
  declines,
  replays,
  fewer,
  members,
  bare,
  deeper,
  texts,
  freeTexts,
  fewerResources,
  fewerCodes,
  acknowledgeBody,
  durations,
  questions,
  singleUse,
];
