import type { Check } from "../../check.ts";
import { amounts } from "./amounts.ts";
import { bounds } from "./bounds.ts";
import { cutShort } from "./cut-short.ts";
import { doubtful } from "./doubtful-json.ts";
import { invalidBody, spoiltBody } from "./invalid-json.ts";
import { lengths } from "./lengths.ts";
import { naughty } from "./naughty-strings.ts";
import { longTarget, oversize } from "./oversize.ts";
import { prototypeKeys } from "./prototype-keys.ts";
import { slowSender } from "./slow-sender.ts";
import { unknownFields } from "./unknown-fields.ts";
import { respeltBody, validText } from "./valid-json.ts";

export const PARSING: readonly Check[] = [
  invalidBody,
  spoiltBody,
  validText,
  respeltBody,
  doubtful,
  bounds,
  oversize,
  longTarget,
  prototypeKeys,
  naughty,
  amounts,
  lengths,
  unknownFields,
  cutShort,
  slowSender,
];
