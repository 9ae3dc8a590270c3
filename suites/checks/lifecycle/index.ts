import type { Check } from "../../check.ts";
import { paymentQuery } from "./payment-query.ts";

export const LIFECYCLE: readonly Check[] = [paymentQuery];
