import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadPack } from "../core/pack/load.ts";
import { packView } from "./pack-view.ts";

const pack = packView(loadPack(fileURLToPath(new URL("../specs/cooperation", import.meta.url))));

describe("a good answer", () => {
  test("a good answer to a notification has any acknowledging status of the pack", () => {
    const one = pack.interface("notify.payment_result");
    expect([200, 202, 204, 409, undefined].filter((status) => pack.succeeds(one, status))).toEqual([200, 204]);
  });

  test("a good answer of any other interface has that interface's status", () => {
    const one = pack.interface("order.query");
    expect([200, 204, 404, undefined].filter((status) => pack.succeeds(one, status))).toEqual([200]);
  });
});
