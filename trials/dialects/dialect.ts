import { fileURLToPath } from "node:url";
import { encryptedPack } from "../encrypted-pack.ts";
import { xmlSignaturePack } from "../xml-signature-pack.ts";
import type { Area } from "./seeded-defects.ts";

/** A dialect that is tried like all others; a new one is one line of `DIALECTS`. */
export interface Dialect {
  /** Folder of the pack under `specs`, or its name where `folder` says where it is. */
  readonly pack: string;
  /** A pack that is made of another one for these trials. */
  readonly folder?: string;
  /** Signature scheme that parties sign with; default the pack's first. */
  readonly scheme?: string;
  /** Its platform is judged too. */
  readonly platform?: true;
  /** Areas of which the pack has nothing that could be broken, and why. */
  readonly without?: Partial<Readonly<Record<Area, string>>>;
  /** How much of what the reference demands is judged at the least, in percent; default 60. */
  readonly judgedPercent?: number;
}

export const DIALECTS: readonly Dialect[] = [
  { pack: "form-gateway", judgedPercent: 50 },
  { pack: "wechat-v3", platform: true },
  { pack: "alipay-v2" },
  { pack: "alipay-v2, encrypted", folder: encryptedPack("alipay-v2"), judgedPercent: 55 },
  { pack: "alipay-v3" },
  { pack: "unionpay-acp", judgedPercent: 55 },
  { pack: "epcc-like" },
  { pack: "epcc-like with XML Signature", folder: xmlSignaturePack(), judgedPercent: 50 },
  { pack: "open-banking-jws" },
  { pack: "rfc9421" },
];

export const folderOf = ({ pack, folder }: Dialect): string =>
  folder ?? fileURLToPath(new URL(`../../specs/${pack}`, import.meta.url));
