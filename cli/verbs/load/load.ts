import type { Command } from "commander";
import { examples } from "../../examples.ts";
import { addCompareLoads } from "./compare.ts";
import { addMergeLoads } from "./merge.ts";
import { addPutLoad } from "./put-load.ts";

export function addLoad(program: Command): void {
  const load = program
    .command("load")
    .summary("put a load on a system, and judge its money and its service levels")
    .addHelpText("after", examples("load bank --sut sut.json", "load platform --sut platform.json"));
  addPutLoad(load, "bank");
  addPutLoad(load, "platform");
  addMergeLoads(load);
  addCompareLoads(load);
}
