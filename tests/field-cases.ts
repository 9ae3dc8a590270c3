/*
 * What was once seen to go wrong with real clients, lines, files and neighbours, and the tests that hold the right answer.
 * `words` are of a test's name, or of a row that it runs.
 */

export interface FieldCase {
  readonly seen: string;
  readonly heldBy: readonly (readonly [file: string, words: string])[];
}

const LAWFUL = "trials/lawful-variants.ts";

/** A conforming party failed, or was not judged. */
export const FALSE_ALARMS: readonly FieldCase[] = [
  {
    seen: "The policy takes 200 and 204, and checks wanted the interface's 204.",
    heldBy: [[LAWFUL, "a platform that acknowledges with 200"]],
  },
  {
    seen: "An acknowledgement had to be signed, though its status alone counts.",
    heldBy: [[LAWFUL, "a platform that does not sign what acknowledges"]],
  },
  {
    seen: "Times were drawn from a pattern, and were none.",
    heldBy: [
      ["suites/data/real-value.test.ts", "a generated time or date is the present moment"],
      ["suites/data/real-value.test.ts", "is RFC 3339 with an offset"],
      ["suites/data/real-value.test.ts", "generated identity and account numbers carry their check digits"],
    ],
  },
  {
    seen: "An order was read right after the acknowledgement, where the text allows it to be booked later.",
    heldBy: [[LAWFUL, "a platform that books what it acknowledged a moment later"]],
  },
  {
    seen: "A second party asked for the order of the first and was to be answered 200.",
    heldBy: [["trials/conforming.test.ts", "a minute of clock skew, and longer nonces"]],
  },
  {
    seen: "Nothing refunded was zero to one side and absent to the other.",
    heldBy: [[LAWFUL, "a platform that says nothing where nothing is refunded"]],
  },
  {
    seen: "A refund carried a random party, and a party stood under another name.",
    heldBy: [
      ["trials/any-pack.test.ts", "our own simulator passes its own judge"],
      ["trials/packs/variations/words.ts", "other names of fields"],
    ],
  },
  {
    seen: "Members in another order, and fields that the schema leaves open, were held against answers.",
    heldBy: [
      [LAWFUL, "members in another order, and an id in every good answer"],
      ["trials/conforming.test.ts", "an id of the request in every refusal"],
    ],
  },
  {
    seen: "Codes, masks and lines of our simulator were taken for the rule.",
    heldBy: [
      [LAWFUL, "a code of the bank's own for a late failure"],
      [LAWFUL, "masks of three asterisks"],
      [LAWFUL, "the other code where the recipe names two"],
      ["tests/provider-recipe.test.ts", "is what the pack's table writes"],
    ],
  },
  {
    seen: "A stock gateway refused by a page of its own.",
    heldBy: [["trials/gateway.test.ts", "a conforming bank behind a stock nginx passes"]],
  },
  {
    seen: "A line of more than a second failed a limit of one second.",
    heldBy: [[LAWFUL, "a line of more than a second"]],
  },
  {
    seen: "An earlier call had used a fixture up.",
    heldBy: [
      ["trials/preflight.test.ts", "is configuration where the system offers no reset"],
      ["trials/preflight.test.ts", "is brought back by the hook reset"],
      [
        "simulator/control/control.test.ts",
        "the hook reset brings back balances and bindings, and keeps what was made",
      ],
    ],
  },
  {
    seen: "Two runs judged one bank, and both failed it.",
    heldBy: [["trials/two-runs.test.ts", "two runs at once fail a conforming bank in nothing, and say so"]],
  },
  {
    seen: "A tamper changed nothing, and its acceptance was a fail.",
    heldBy: [["suites/wire/sealed-request.test.ts", "as it was is an error of the harness"]],
  },
  {
    seen: "The shape of the reference pack was taken for granted: amounts, closed schemas, one prior for all.",
    heldBy: [
      ["trials/packs/variations/schemas.ts", "open schemas"],
      ["trials/packs/variations/fewer.ts", "fewer interfaces"],
      ["suites/resources/money-shape.test.ts", "is written and read back exactly"],
      ["suites/data/priors.test.ts", "uses up the call that it depends on"],
    ],
  },
  {
    seen: "What was signed in a query was not what was sent.",
    heldBy: [["suites/wire/sealed-request.test.ts", "signs the target that is sent for"]],
  },
  {
    seen: "A statement with a wrong sutPartyId failed the bank.",
    heldBy: [["trials/preflight.test.ts", "with another sutPartyId than the bank signs by is configuration"]],
  },
  {
    seen: "Three calls were under way where the statement allows two.",
    heldBy: [["suites/wire/door.test.ts", "the door lets through as many calls at once as the statement allows"]],
  },
];

/** A fault of one became the findings of many, or of none. */
export const ATTRIBUTION: readonly FieldCase[] = [
  {
    seen: "A server that failed was found under ten requirements.",
    heldBy: [
      ["trials/attribution.test.ts", "answers a signed 500 to everything"],
      ["trials/attribution.test.ts", "answers the page of a server to everything"],
      ["trials/attribution.test.ts", "fails whatever writes"],
    ],
  },
  {
    seen: "A field that was missing in answers was found 35 times.",
    heldBy: [["trials/attribution.test.ts", "a field that is missing in answers"]],
  },
  {
    seen: "Another status of success was told as a refusal.",
    heldBy: [["trials/attribution.test.ts", "another status of success, told as that"]],
  },
  {
    seen: "A charset was wrong in nearly every answer, and the run said passed.",
    heldBy: [["trials/attribution.test.ts", "a wrong charset in nearly every answer stands at the top of the summary"]],
  },
  {
    seen: "Pre-flight called faults of the system a matter of configuration, and nothing was judged.",
    heldBy: [
      ["trials/preflight.test.ts", "answers that were written anew after they were signed are left to the checks"],
      ["trials/preflight.test.ts", "a state that is wrong from the beginning is left to the checks"],
      ["trials/defects.test.ts", "pre-flight ends the run"],
    ],
  },
];

/** Hostile peers, damaged files, and what a person sees. */
export const SOUNDNESS: readonly FieldCase[] = [
  {
    seen: "An address that a server is bound to was told to peers.",
    heldBy: [["cli/serve-addresses.test.ts", "peers are told the public address"]],
  },
  {
    seen: "Legal spellings of Host, and a target in absolute form, were answered with a bare refusal.",
    heldBy: [
      ["simulator/http/app.test.ts", "an IPv6 host in its long form"],
      ["simulator/http/app.test.ts", "a host with an empty port"],
      ["simulator/http/app.test.ts", "a target in absolute form"],
    ],
  },
  {
    seen: "A number of the platform's stood changed in the bill, and a formula passed.",
    heldBy: [
      ["core/table/table.test.ts", "-1-2345"],
      ["tests/packs/files.test.ts", "-ABC123"],
    ],
  },
  {
    seen: "A stranger's request to the counterparty changed the exit code.",
    heldBy: [["hosting/counterparty.test.ts", "requests of strangers are turned away and leave the journal alone"]],
  },
  {
    seen: "A system that went silent held the run past its time.",
    heldBy: [["suites/verify-in-time.test.ts", "does not outlast the time budget"]],
  },
  {
    seen: "Escape sequences and commands to a CI system reached the terminal.",
    heldBy: [
      ["cli/console-text.test.ts", "escape sequences and marks of direction are shown and do nothing"],
      ["cli/console-text.test.ts", "commands to a CI system are shown and do nothing"],
    ],
  },
  {
    seen: "One finding quoted three megabytes.",
    heldBy: [["core/text/quotation.test.ts", "a quotation of a long text tells its true length"]],
  },
  {
    seen: "An answer nested deeply broke every check.",
    heldBy: [["suites/run/hostile-answers.test.ts", "is the SUT's fault where it is nested too deeply"]],
  },
  {
    seen: "The list of enrolled keys had another shape, or was cut by a full disk.",
    heldBy: [
      ["hosting/state/state.test.ts", "a list of another shape is refused with its place"],
      ["hosting/state/state.test.ts", "the list is written anew beside the old one, and is its owner's alone"],
    ],
  },
  {
    seen: "A clock advanced beyond all time, and every call failed.",
    heldBy: [["simulator/control/control.test.ts", "advance_seconds: 1e308"]],
  },
  {
    seen: "The fiftieth party shared accounts with the first.",
    heldBy: [["simulator/control/control.test.ts", "the 50th and the 1,000th party have test data of their own"]],
  },
  {
    seen: "One flipped bit in the log of the store hid acknowledged payments.",
    heldBy: [["simulator/store/sqlite-log.test.ts", "a store whose log was damaged in its middle says so"]],
  },
  {
    seen: "The control plane read a body of any size.",
    heldBy: [["simulator/control/control.test.ts", "a body of the control plane is bounded in bytes and in depth"]],
  },
  {
    seen: "RSA keys with which calls are forged were enrolled.",
    heldBy: [
      ["core/signature/rsa.test.ts", "e = 1, with which anybody signs"],
      ["core/signature/rsa.test.ts", "an even modulus"],
    ],
  },
  {
    seen: "An unknown cursor was answered with the first page.",
    heldBy: [["examples/rival-bank/bank.test.ts", "from an unknown cursor"]],
  },
  {
    seen: "Key halves did not belong together, and key files were devices.",
    heldBy: [
      ["hosting/state/state.test.ts", "a key pair whose halves do not belong together is refused"],
      ["core/signature/key-file.test.ts", "a folder, a device, a pipe and a huge file are refused at once"],
    ],
  },
  {
    seen: "Token, store and scenarios were readable by others.",
    heldBy: [
      ["cli/command-line.test.ts", "serve prints the control token to a terminal only"],
      ["cli/command-line.test.ts", "serve keeps private keys and the statement to their owner"],
      ["simulator/control/control.test.ts", "the overview of test data is masked"],
    ],
  },
  {
    seen: "The demo without a registry took an installation away.",
    heldBy: [["cli/clone.test.ts", "the demo without a registry keeps what is installed and says what to do"]],
  },
];
