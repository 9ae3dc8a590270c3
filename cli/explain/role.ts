import type { Role } from "../../core/pack/types.ts";
import type { Bilingual } from "../../core/run/verdict.ts";

/** The roles, as people call them. */
export const ROLES: Readonly<Record<Role, Bilingual>> = {
  bank: { en: "bank", zh: "银行" },
  platform: { en: "platform", zh: "平台" },
};
