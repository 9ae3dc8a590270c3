import { parseAst } from "vitest/node";

/** The name that a test is given in the source, and where it stands. */
export interface TestName {
  readonly file: string;
  readonly line: number;
  /** As written; an expression inside a template stands as `…`. */
  readonly name: string;
}

export interface NamesOfFile {
  readonly names: readonly TestName[];
  /** Tests whose whole name is computed, so that the source does not show it. */
  readonly computed: readonly { readonly file: string; readonly line: number }[];
}

/** What a test is made with before its name comes: `test.each(rows)(name, run)`. */
const BUILDERS = new Set(["each", "for", "skipIf", "runIf", "extend"]);

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

const nodesIn = (value: unknown): readonly Node[] => {
  if (Array.isArray(value)) return value.flatMap(nodesIn);
  if (isNode(value)) return [value];
  return [];
};

const childrenOf = (node: Node): readonly Node[] => Object.values(node).flatMap(nodesIn);

function* everyNode(node: Node): Generator<Node> {
  yield node;
  for (const child of childrenOf(node)) yield* everyNode(child);
}

/** The identifier that a chain of members, calls and tags begins with. */
function rootOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  if (value.type === "Identifier") return String(value["name"]);
  if (value.type === "MemberExpression") return rootOf(value["object"]);
  if (value.type === "CallExpression") return rootOf(value["callee"]);
  if (value.type === "TaggedTemplateExpression") return rootOf(value["tag"]);
  return undefined;
}

/** Local names of vitest's `test` and `it`, and of what is made of them: `const onLinux = test.skipIf(…)`. */
function testersIn(program: Node): ReadonlySet<string> {
  const testers = new Set<string>();
  for (const node of everyNode(program)) {
    if (node.type === "ImportDeclaration" && isNode(node["source"]) && node["source"]["value"] === "vitest") {
      for (const one of nodesIn(node["specifiers"]))
        if (isNode(one["imported"]) && ["test", "it"].includes(String(one["imported"]["name"])))
          testers.add(rootOf(one["local"]) ?? "");
    }
    if (node.type === "VariableDeclarator" && testers.has(rootOf(node["init"]) ?? ""))
      testers.add(rootOf(node["id"]) ?? "");
  }
  return testers;
}

/** Texts that an expression may become; none where the source does not show it. */
function textsOf(value: unknown): readonly string[] {
  if (!isNode(value)) return [];
  if (value.type === "Literal" && typeof value["value"] === "string") return [value["value"]];
  if (value.type === "TemplateLiteral") {
    const pieces = nodesIn(value["quasis"]).map(({ value: piece }) => (piece as { readonly cooked: string }).cooked);
    return pieces.every((piece) => piece === "") ? [] : [pieces.join("…")];
  }
  if (value.type === "ConditionalExpression") return [...textsOf(value["consequent"]), ...textsOf(value["alternate"])];
  if (value.type === "BinaryExpression" && value["operator"] === "+") {
    const [left, right] = [textsOf(value["left"]), textsOf(value["right"])];
    if (left.length === 0 && right.length === 0) return [];
    const orAny = (texts: readonly string[]): readonly string[] => (texts.length === 0 ? ["…"] : texts);
    return orAny(left).flatMap((first) => orAny(right).map((second) => first + second));
  }
  return [];
}

/** Whether a call gives a test its name, and does not only prepare one. */
function namesATest(node: Node, testers: ReadonlySet<string>): boolean {
  if (node.type !== "CallExpression" || !testers.has(rootOf(node) ?? "")) return false;
  const callee = node["callee"];
  const last = isNode(callee) && callee.type === "MemberExpression" ? callee["property"] : undefined;
  return !(isNode(last) && BUILDERS.has(String(last["name"])));
}

/** Reads the names of all tests in the TypeScript of one file. Throws where it is not TypeScript. */
export function testNamesOf(file: string, text: string): NamesOfFile {
  const program = parseAst(text, { lang: "ts" }) as unknown as Node;
  const testers = testersIn(program);
  const names: TestName[] = [];
  const computed: { readonly file: string; readonly line: number }[] = [];
  for (const node of everyNode(program)) {
    const [name] = nodesIn(node["arguments"]);
    if (!namesATest(node, testers) || name === undefined) continue;
    const line = text.slice(0, name.start).split("\n").length;
    const texts = textsOf(name);
    if (texts.length === 0) computed.push({ file, line });
    names.push(...texts.map((one) => ({ file, line, name: one })));
  }
  return { names, computed };
}
