import { dirname, resolve } from "node:path";
import { readKeyFile } from "../../core/signature/key-file.ts";
import { list, reason } from "./raw-statement.ts";
import type { RawStatement, StatementProblem } from "./raw-statement.ts";

/** Texts of the key files by pointer. A key pasted in place of a file name is refused: keys do not belong in statements. */
export function keyFiles(
  raw: RawStatement,
  path: string,
  file: string,
  problems: StatementProblem[],
): ReadonlyMap<string, string> {
  const wanted = wantedFiles(raw);
  const texts = new Map<string, string>();
  headerValues(raw, file, texts, problems);
  for (const { pointer, name, marker, what } of wanted) {
    if (typeof name !== "string") continue;
    if (name.includes("-----BEGIN")) {
      problems.push({
        file,
        pointer,
        rule: "holds a key itself",
        remedy: "Put the key into a file of its own and give its name here.",
      });
      continue;
    }
    // A secret that was pasted in place of a file name is not repeated.
    const secret = /\/(?:secret|sealingSecret)$/.test(pointer);
    const quoted = secret ? "the file" : `"${name}"`;
    try {
      const text = name.startsWith(ENVIRONMENT)
        ? ofEnvironment(name.slice(ENVIRONMENT.length))
        : readKeyFile(resolve(dirname(path), name)).toString("utf8");
      if (marker.test(text)) texts.set(pointer, text);
      else
        problems.push({
          file,
          pointer,
          rule: `${quoted} is not ${what}${secret ? "" : kindOf(text)}`,
          remedy: secret ? "Give the file of the secret that both sides agreed on." : "Give a PEM file of that kind.",
        });
    } catch (cause) {
      problems.push({
        file,
        pointer,
        rule: `${quoted} cannot be read: ${reason(cause)}`,
        remedy:
          "File names are relative to the statement; correct the name, create the file, or name a variable of the environment as env:NAME.",
      });
    }
  }
  return texts;
}

/** What the file holds in place of what was wanted, in words. */
function kindOf(text: string): string {
  const kind = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(text)?.[1];
  return kind === undefined ? "; it is no PEM file" : `; it holds a ${kind.toLowerCase()}`;
}

/** A key of this name is the text of a variable: a secret store of CI writes no files. */
const ENVIRONMENT = "env:";

/** The text of a variable; a store that keeps one line only writes its line ends as \\n. @throws where there is none. */
function ofEnvironment(name: string): string {
  const text = process.env[name];
  if (text === undefined || text === "") throw new Error(`the environment has no variable ${name}`);
  return text.replaceAll(String.raw`\n`, "\n");
}

/** Values of the statement's own headers that stand in the environment. */
function headerValues(
  { headers = {} }: RawStatement,
  file: string,
  texts: Map<string, string>,
  problems: StatementProblem[],
): void {
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== "string" || !value.startsWith(ENVIRONMENT)) continue;
    const pointer = `/headers/${name}`;
    const variable = value.slice(ENVIRONMENT.length);
    const text = process.env[variable]?.trim() ?? "";
    if (/^[\x20-\x7e]{1,4096}$/.test(text)) texts.set(pointer, text);
    else
      problems.push({
        file,
        pointer,
        rule:
          text === "" ? `the environment has no variable ${variable}` : `the variable ${variable} is no header's value`,
        remedy: "Set the variable to one line of visible characters, or write another name after env:.",
      });
  }
}

/** A file that the statement names, and what it is to hold. */
interface Wanted {
  readonly pointer: string;
  readonly name: unknown;
  readonly marker: RegExp;
  readonly what: string;
}

function wantedFiles(raw: RawStatement): readonly Wanted[] {
  const wanted: Wanted[] = [];
  for (const [index, party] of list(raw.parties).entries()) {
    if (party.sealingSecret !== undefined)
      wanted.push({
        pointer: `/parties/${index}/sealingSecret`,
        name: party.sealingSecret,
        marker: /^[\x21-\x7e]{16,512}\r?\n?$/,
        what: "a secret: one line of visible characters",
      });
    wanted.push(
      party.secret === undefined
        ? {
            pointer: `/parties/${index}/privateKey`,
            name: party.privateKey,
            marker: /-----BEGIN (?:\w+ )?PRIVATE KEY-----/,
            what: "a PEM private key",
          }
        : {
            pointer: `/parties/${index}/secret`,
            name: party.secret,
            marker: /^[\x21-\x7e]{16,512}\r?\n?$/,
            what: "a secret: one line of 16 to 512 visible characters",
          },
    );
  }
  for (const [index, key] of list(raw.sutKeys).entries())
    wanted.push({
      pointer: `/sutKeys/${index}/publicKey`,
      name: key.publicKey,
      marker: /-----BEGIN (?:PUBLIC KEY|CERTIFICATE)-----/,
      what: "a PEM public key",
    });
  for (const part of ["ca", "cert", "key"] as const) {
    const name = raw.tls?.[part];
    if (name !== undefined)
      wanted.push({
        pointer: `/tls/${part}`,
        name,
        marker: part === "key" ? /PRIVATE KEY-----/ : /-----BEGIN CERTIFICATE-----/,
        what: part === "key" ? "a PEM private key" : "a PEM certificate",
      });
  }
  return wanted;
}
