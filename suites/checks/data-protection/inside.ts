import type { Json } from "../../../core/unit/unit.ts";

/** Names that implementations keep their inside under. */
export const INSIDE: Readonly<Record<string, Json>> = {
  status: "success",
  id: 1,
  is_admin: true,
  role: "bank",
  paid: true,
  amount_paid: { value: 1, currency: "CNY" },
  merchant_id: "P9999",
  balance: 1_000_000,
  version: 1,
};
