import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadPack } from "../../core/pack/load.ts";
import { packView } from "../pack-view.ts";
import { isForeign, tellingGifts } from "./gifts.ts";

const pack = packView(loadPack(fileURLToPath(new URL("../../specs/cooperation", import.meta.url))));

test("numbers and ids of test data tell customers apart, names and phones do not", () => {
  expect([...tellingGifts(pack)].toSorted()).toEqual([
    "account_no",
    "binding_id",
    "mandate_id",
    "noticed_mandate_id",
    "out_financing_no",
    "out_trade_no",
    "payee_account_no",
    "preauth_binding_id",
    "subject_token",
  ]);
});

test("a scenario that plays something as foreign is the second party's", () => {
  expect(["customer.other-party", "customer.funded", "no.such"].map((id) => isForeign(pack, id))).toEqual([
    true,
    false,
    false,
  ]);
});
