import type { Check } from "../../check.ts";
import { amountForm } from "./amount-form.ts";
import { digitNumbers } from "./digit-numbers.ts";
import { disguisedKey } from "./disguised-key.ts";
import { duplicateKey } from "./duplicate-key.ts";
import { encoding } from "./encoding.ts";
import { doubledHeader } from "./headers.ts";
import { largeInteger } from "./large-integer.ts";
import { lineBreak } from "./line-break.ts";
import { doubledParameter, escapes } from "./query.ts";
import { otherBase } from "./other-base.ts";
import { serialisation } from "./serialisation.ts";
import { asciiNumbers, textKept } from "./text-kept.ts";

export const CANONICAL: readonly Check[] = [
  duplicateKey,
  disguisedKey,
  serialisation,
  otherBase,
  amountForm,
  largeInteger,
  digitNumbers,
  textKept,
  asciiNumbers,
  doubledParameter,
  escapes,
  doubledHeader,
  encoding,
  lineBreak,
];
