import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadPack } from "../core/pack/load.ts";
import { packView } from "./pack-view.ts";

const pack = packView(loadPack(fileURLToPath(new URL("../specs/cooperation", import.meta.url))));

describe("a good answer", () => {
  test("of a notification has any status by which the pack's policy acknowledges", () => {
    const one = pack.interface("notify.payment_result");
    expect([200, 202, 204, 409, undefined].filter((status) => pack.succeeds(one, status))).toEqual([200, 204]);
  });

  test("of any other interface has the status of the interface alone", () => {
    const one = pack.interface("order.query");
    expect([200, 204, 404, undefined].filter((status) => pack.succeeds(one, status))).toEqual([200]);
  });
});
