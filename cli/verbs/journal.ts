import type { Command } from "commander";
import type { JournalView } from "../../simulator/control/journal-view.ts";
import { callAdmin, withAdmin } from "../admin.ts";
import type { AdminFlags } from "../admin.ts";
import { wholeNumber } from "../argument.ts";
import { examples } from "../examples.ts";
import { shownExchangeLine } from "../exchange-log.ts";
import { visibleJsonLine } from "../../core/text/visible-text.ts";
import { consoleText } from "../console-text.ts";

interface JournalFlags extends AdminFlags {
  readonly limit: number;
  readonly interface?: string;
  readonly full?: true;
  readonly json?: true;
  readonly clear?: true;
}

export function addJournal(program: Command): void {
  const command = program
    .command("journal")
    .summary("show the exchanges that a running simulator saw and made")
    .description("Shows the latest exchanges of a running simulator, a line each, sensitive fields masked.")
    .option("--limit <n>", "how many at most, the latest", wholeNumber(1, 1_000), 20)
    .option("--interface <id>", "only calls of this interface")
    .option("--full", "headers and bodies too")
    .option("--json", "print one JSON document, and nothing else")
    .option("--clear", "forget every exchange instead");
  withAdmin(command)
    .addHelpText(
      "after",
      examples("journal", "journal --interface payment.create --full", "journal --limit 1 --json", "journal --clear"),
    )
    .action(async (flags: JournalFlags) => {
      if (flags.clear === true) {
        await callAdmin(flags, "DELETE", "/requests");
        return;
      }
      const wanted = flags.interface === undefined ? "" : `&interface=${encodeURIComponent(flags.interface)}`;
      const answer = (await callAdmin(flags, "GET", `/requests?limit=${flags.limit}${wanted}`)) as unknown as {
        readonly total: number;
        readonly requests: readonly JournalView[];
      };
      if (flags.json === true) console.log(visibleJsonLine(answer));
      else
        for (const view of answer.requests) {
          console.log(shownExchangeLine(view));
          if (flags.full === true) console.log(messagesOf(view).map(indented).join("\n\n"));
        }
    });
}

/** Request and answer as they stood on the wire. */
function messagesOf({ request, response, failure }: JournalView): readonly string[] {
  const written = (
    first: string,
    { headers, body, opened }: Pick<JournalView["request"], "headers" | "body" | "opened">,
  ): string =>
    [
      first,
      ...headers.map(([name, value]) => `${name}: ${value}`),
      "",
      body,
      ...(opened === undefined ? [] : ["", "decrypted:", opened]),
    ]
      .join("\n")
      .trimEnd();
  return [
    written(`${request.method} ${request.url ?? request.target}`, request),
    response === undefined ? (failure ?? "no answer") : written(`HTTP ${response.status}`, response),
  ];
}

const indented = (text: string): string =>
  text
    .split("\n")
    .map((line) => `    ${consoleText(line)}`)
    .join("\n");
