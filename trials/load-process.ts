import { runLoad } from "../suites/load/run-load.ts";
import type { LoadOptions } from "../suites/load/load-options.ts";

/*
 * A load in a process of its own, as a test wants it: its options are the first argument, as JSON.
 */

// Only tests start it.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const { orders } = await runLoad(JSON.parse(process.argv[2] ?? "") as LoadOptions);
console.log(orders);
