import type { Row } from "./bench.ts";
export async function timeVerify(): Promise<Row> { throw new Error("not yet"); }
