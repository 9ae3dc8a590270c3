import type { OpenedStatement } from "../../../hosting/statement.ts";
import { prepareK6 } from "../../../suites/load/k6/prepare.ts";
import { explainingWriteErrors } from "../../run-folder.ts";
import type { EngineFlags } from "./load-engine.ts";
import { mendable } from "./mendable.ts";

interface PrepareFlags extends EngineFlags {
  readonly profile: string;
  readonly rate?: number;
  readonly for?: number;
}

/** Writes what k6 needs for a load that is made elsewhere, and says where it is. */
export async function prepareLoad(
  out: string,
  { sut, profile, rate, for: seconds }: PrepareFlags,
  { source }: OpenedStatement,
  seed: number,
): Promise<void> {
  const { script } = await explainingWriteErrors(out, () =>
    mendable(
      prepareK6({
        packDirectory: source.directory,
        statementFile: sut,
        profile,
        ...(rate === undefined ? {} : { rate }),
        ...(seconds === undefined ? {} : { seconds }),
        seed,
        startedAt: Date.now(),
        outDirectory: out,
      }),
      sut,
    ),
  );
  console.log(script);
}
