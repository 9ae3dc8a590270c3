import type { Json } from "../../core/unit/unit.ts";
import type { Canaries } from "./canaries.ts";

/** 15 to 19 digits standing alone are an account or identity number; 11 digits may be a mobile number. */
const NUMBER_OF_A_PERSON = /(?<![0-9A-Za-z_-])(?:[0-9]{16,19}|[0-9]{17}X|1[3-9][0-9]{9})(?![0-9A-Za-z_-])/;

/** An address is one word: a sentence that begins with a JSON Pointer is none. */
const ADDRESS = /^(?:https?:\/\/|\/[\w-])\S*$/;

/** The first address in an answer that holds a sensitive value, with the value masked. */
export function sensitiveAddress(json: Json | undefined, canaries: Canaries): string | undefined {
  for (const address of texts(json).filter((text) => ADDRESS.test(text))) {
    const value =
      [...canaries].find((one) => address.includes(one) || address.includes(encodeURIComponent(one))) ??
      NUMBER_OF_A_PERSON.exec(address)?.[0];
    if (value !== undefined) return address.replaceAll(value, "***").replaceAll(encodeURIComponent(value), "***");
  }
  return undefined;
}

function texts(json: Json | undefined): readonly string[] {
  if (typeof json === "string") return [json];
  return typeof json === "object" && json !== null ? Object.values(json).flatMap((one: Json) => texts(one)) : [];
}
