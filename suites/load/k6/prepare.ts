import { mkdirSync } from "node:fs";
import { intervalSecondsOf } from "../../../core/load/interval.ts";
import { writeHead } from "../../../core/load/load-folder.ts";
import type { LoadHead } from "../../../core/load/load-folder.ts";
import { lengthOf } from "../../../core/load/profile.ts";
import { openSut } from "../../run/open-sut.ts";
import { LoadError, planLoad } from "../plan.ts";
import type { LoadOptions } from "../load-options.ts";
import { writeK6Folder } from "./k6-folder.ts";
import type { K6Folder } from "./k6-folder.ts";
import { requestScope } from "./request-scope.ts";

type Preparing = Pick<
  LoadOptions,
  "packDirectory" | "statementFile" | "profile" | "rate" | "seconds" | "seed" | "outDirectory"
> & {
  /** Milliseconds since 1970; numbers of the load differ by it from those of any other. */
  readonly startedAt: number;
};

/**
 * Writes what k6 needs for a load that is made elsewhere, once: its numbers are in it, and a second run would repeat them.
 *
 * @throws LoadError where there is no such load, and where its requests have to be signed ahead of their time
 */
export async function prepareK6(options: Preparing): Promise<K6Folder> {
  const { pack, statement } = openSut(options);
  const { rate, seconds } = options;
  const plan = planLoad(pack, statement, options.profile, {
    ...(rate === undefined ? {} : { rate }),
    ...(seconds === undefined ? {} : { seconds }),
  });
  const { name, version } = pack.source.manifest;
  const head: LoadHead = {
    version: 1,
    role: statement.role,
    engine: "k6",
    pack: { name, version, digest: pack.source.digest },
    seed: options.seed,
    startedAt: options.startedAt,
    profile: plan.profile,
    journeys: plan.journeys,
    levels: plan.levels,
    intervalSeconds: intervalSecondsOf(lengthOf(plan.profile.phases)),
    segment: { index: 0, of: 1 },
  };
  const { scope, close } = requestScope({ ...options, head });
  try {
    mkdirSync(options.outDirectory, { recursive: true });
    const folder = await writeK6Folder(options.outDirectory, scope, head);
    if (folder.signedAhead)
      throw new LoadError(
        {
          en: "k6 cannot sign for this pack and this party, and what is signed here is good for a load that begins at once",
          zh: "k6 无法按该规范与该参与方签名，而在此处签名的请求只适用于立即开始的负载",
        },
        {
          where: "--prepare",
          remedy: {
            en: "leave --prepare out, or name a party that signs with RSA or HMAC",
            zh: "请去掉 --prepare，或使用以 RSA 或 HMAC 签名的参与方",
          },
        },
      );
    writeHead(options.outDirectory, head);
    return folder;
  } finally {
    close();
  }
}
