import { interfaceFile, lifecycleFile } from "./file.ts";
import { isSchemaObject } from "./reference.ts";
import type { PackSource } from "./types.ts";

/** Every schema written in an interface, a lifecycle or a message file, with its place. */
export function writtenSchemas(source: PackSource): readonly {
  readonly file: string;
  readonly pointer: string;
  readonly schema: { readonly [key: string]: unknown };
}[] {
  const found: { file: string; pointer: string; schema: { readonly [key: string]: unknown } }[] = [];
  const add = (file: string, pointer: string, schema: unknown): void => {
    if (isSchemaObject(schema)) found.push({ file, pointer, schema });
  };
  for (const one of source.interfaces) {
    add(interfaceFile(one), "/request/path", one.request.path);
    add(interfaceFile(one), "/request/query", one.request.query);
    add(interfaceFile(one), "/request/body", one.request.body);
    add(interfaceFile(one), "/response/body", one.response.body);
  }
  for (const lifecycle of source.lifecycles) {
    lifecycle.transitions.forEach(({ on }, index) => {
      if ("operator" in on) add(lifecycleFile(lifecycle), `/transitions/${index}/on/input`, on.input);
    });
  }
  for (const [name, schema] of Object.entries(source.messages)) add(`messages/${name}.json`, "", schema);
  return found;
}
