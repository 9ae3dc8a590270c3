import { existsSync } from "node:fs";
import { join } from "node:path";
import { compilePack } from "../../core/pack/compile.ts";
import type { PackSource } from "../../core/pack/types.ts";
import { readPack } from "../../hosting/packs.ts";
import { openStatement } from "../../hosting/statement.ts";
import { DEFAULT_PARTIES } from "../../hosting/state/default-parties.ts";
import { STATEMENT_FILE, defaultStateDirectory, openState } from "../../hosting/state/state.ts";
import type { StatePeer } from "../../hosting/state/state.ts";
import { UserError } from "../../hosting/user-error.ts";
import { nearName } from "../../core/names/near-name.ts";
import { packView } from "../../suites/pack-view.ts";
import type { PackView } from "../../suites/pack-view.ts";
import { partKeysOf } from "../../suites/wire/signer.ts";
import type { Signer, VerifyingKey } from "../../suites/wire/signer.ts";

/** Who sends a notification, and to which party. */
export interface Sender {
  readonly pack: PackView;
  readonly signer: Signer;
  /** The party that is told. */
  readonly receiver: string;
  /** Its keys, where some fields are sealed for it. */
  readonly receiverKeys: readonly VerifyingKey[];
}

export interface SenderFlags {
  readonly sut?: string;
  readonly state?: string;
  readonly pack?: string;
  readonly party?: string;
}

/** The sender that the flags name: a party of a statement, or our simulator by its state folder. @throws UserError */
export function senderOf(flags: SenderFlags): Sender {
  return flags.sut === undefined ? ofState(flags) : ofStatement(flags.sut, flags);
}

function ofStatement(file: string, { party }: SenderFlags): Sender {
  const { pack, signers, statement, sutKeys } = openStatement(file);
  if (statement.role !== "platform")
    throw new UserError(
      {
        en: `the statement is of a ${statement.role}, which sends notifications and receives none`,
        zh: `声明属于 ${statement.role}，它发送通知而不接收通知`,
      },
      {
        where: `${file} /role`,
        next: {
          en: "give the statement of the platform that is told, or the state folder of the simulated bank with --state",
          zh: "请给出接收通知的平台的声明，或用 --state 给出模拟银行的状态目录",
        },
      },
    );
  const known = signers.map(({ partyId }) => partyId);
  const signer = party === undefined ? signers[0] : signers.find(({ partyId }) => partyId === party);
  if (signer === undefined) throw unknownParty(party ?? "", known);
  return { pack, signer, receiver: statement.sutPartyId, receiverKeys: sutKeys };
}

/** The folder of a state in which keys lie. */
const KEYS = "keys";

function ofState(flags: SenderFlags): Sender {
  const directory = flags.state ?? defaultStateDirectory("bank");
  if (!existsSync(join(directory, KEYS)))
    throw new UserError(
      {
        en: `there is no simulated bank to sign as: the folder has no ${KEYS}`,
        zh: `没有可用于签名的模拟银行：目录中没有 ${KEYS}`,
      },
      {
        where: `--state ${directory}`,
        next: {
          en: `run \`liantiao serve bank\` once, which makes its keys; the receiver enrols its public key`,
          zh: `请先运行一次 \`liantiao serve bank\` 以生成密钥，并由接收方登记其公钥`,
        },
      },
    );
  const statement = join(directory, STATEMENT_FILE);
  const source: PackSource =
    flags.pack === undefined && existsSync(statement)
      ? openStatement(statement).source
      : readPack(flags.pack ?? "cooperation", process.cwd(), "--pack");
  const state = openState(directory, "bank", compilePack(source));
  const known = state.peers.map(({ partyId }) => partyId);
  const peer = flags.party === undefined ? state.peers[0] : state.peers.find(({ partyId }) => partyId === flags.party);
  if (peer === undefined) throw unknownParty(flags.party ?? "", known);
  const signer = signerFor(peer, DEFAULT_PARTIES.bank.own, state);
  return { pack: packView(source, partKeysOf([signer])), signer, receiver: peer.partyId, receiverKeys: keysOf(peer) };
}

/** Our own key of the algorithm that the peer signs with, else our first; under a shared secret, that secret. */
function signerFor(
  { keys, algorithm, sealing }: StatePeer,
  own: string,
  { own: pairs }: Pick<ReturnType<typeof openState>, "own">,
): Signer {
  const sealed = sealing === undefined ? {} : { sealing: sealing.key };
  if ("secret" in keys)
    return {
      partyId: own,
      serial: keys.serial,
      token: algorithm,
      sign: (bytes) => keys.secret.sign(bytes),
      ...sealed,
    };
  const pair = pairs.find((one) => one.algorithm === algorithm) ?? pairs[0];
  if (pair === undefined) throw new RangeError("a pack of key pairs has no key of its own");
  return {
    partyId: own,
    serial: pair.serial,
    token: pair.algorithm,
    sign: (bytes) => pair.privateKey.sign(bytes),
    ...(pair.certificate === undefined ? {} : { certificate: pair.certificate.pem }),
    ...sealed,
  };
}

const keysOf = ({ keys, algorithm }: StatePeer): readonly VerifyingKey[] =>
  "secret" in keys ? [] : [{ serial: keys.serial, token: algorithm, key: keys.publicKey }];

const unknownParty = (party: string, known: readonly string[]): UserError =>
  new UserError(
    { en: `there is no party "${party}"`, zh: `没有参与方“${party}”` },
    {
      where: "--party",
      allowed: known.join(", "),
      near: nearName(party, known),
      next: { en: "give one of them", zh: "请给出其中之一" },
    },
  );
