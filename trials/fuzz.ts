import { parseArgs } from "node:util";
import { fuzz } from "./fuzz/fuzz.ts";

/** `npm run fuzz`: broken files, peers and control calls for ten minutes; prints its seed, which `--seed` repeats. */
const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    minutes: { type: "string", default: "10" },
    only: { type: "string" },
    round: { type: "string" },
  },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
console.log(`seed ${seed}`);
const { found } = await fuzz({
  seed,
  // A single round is wanted where one is named.
  forMs: values.round === undefined ? Number(values.minutes) * 60_000 : 0,
  ...(values.only === undefined ? {} : { only: values.only }),
  ...(values.round === undefined ? {} : { round: Number(values.round) }),
  tell: (line) => console.log(line),
});
for (const one of found) console.error(`\n${one}`);
process.exitCode = found.length === 0 ? 0 : 1;
