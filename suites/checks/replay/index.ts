import type { Check } from "../../check.ts";
import { edge } from "./edge.ts";
import { elsewhere } from "./elsewhere.ts";
import { exact } from "./exact.ts";
import { flood } from "./flood.ts";
import { nonceForm, nonceOfAnother } from "./nonce-form.ts";
import { nonceOnce } from "./nonce-once.ts";
import { restart } from "./restart.ts";
import { simultaneous } from "./simultaneous.ts";
import { timestampForm } from "./timestamp-form.ts";
import { window } from "./window.ts";

export const REPLAY: readonly Check[] = [
  exact,
  simultaneous,
  nonceOnce,
  elsewhere,
  window,
  edge,
  timestampForm,
  nonceForm,
  nonceOfAnother,
  restart,
  flood,
];
