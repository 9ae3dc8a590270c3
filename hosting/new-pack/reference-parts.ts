import type { ErrorCode, Manifest, Requirement } from "../../core/pack/types.ts";
import { readPack } from "../packs.ts";
import type { PackFiles } from "./folder.ts";

/** What a new pack takes over from the reference pack. */
export interface ReferenceParts {
  readonly manifest: Manifest;
  /** Codes of the stages ahead of the rules, and of the provider's own troubles. */
  readonly codes: readonly ErrorCode[];
  /** Its demands as files of `requirements/`. A run demands those that the pack has something of. */
  readonly requirements: PackFiles;
}

/** Read for each new pack, so that a change of the reference pack reaches those that are made later. */
export function referenceParts(): ReferenceParts {
  const { manifest, errors, requirements } = readPack("cooperation", ".", "pack new");
  return {
    manifest,
    codes: errors.filter(({ stage }) => stage !== "idempotency" && stage !== "guards"),
    requirements: byArea(requirements),
  };
}

function byArea(requirements: readonly Requirement[]): PackFiles {
  const areas = [...new Set(requirements.map(({ area }) => area))];
  return Object.fromEntries(
    areas.map((area) => [
      `requirements/${area}.json`,
      { requirements: requirements.filter((one) => one.area === area) },
    ]),
  );
}
