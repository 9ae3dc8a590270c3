import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadPack } from "../../core/pack/load.ts";
import { packView } from "../pack-view.ts";
import { observationOfTold } from "./history.ts";

const pack = packView(loadPack(fileURLToPath(new URL("../../specs/form-gateway", import.meta.url))));
const notifies = pack.interface("notify.trade");
const told = (id: string): Readonly<Record<string, string>> => ({
  out_trade_no: "T1",
  trade_no: id,
  trade_state: "SUCCESS",
  total_amount: "100",
});

test("an id that the journal has masked is not held against answers", () => {
  const arrived = { at: 1, party: "M1001" };
  const [whole, masked] = ["T02U636806785660DJ7UHY", "T02U************DJ7UHY"].map((id) =>
    observationOfTold(pack, notifies, told(id), arrived),
  );
  expect(whole).toMatchObject({ kind: "told", number: "T1", id: "T02U636806785660DJ7UHY" });
  expect(masked).toMatchObject({ kind: "told", number: "T1" });
  expect(masked).not.toHaveProperty("id");
});
