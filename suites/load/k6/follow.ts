import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";
import type { Runtime } from "../../../core/runtime/runtime.ts";
import { LineSplitter } from "../text-lines.ts";
import type { TextLine } from "../text-lines.ts";

/** Between two looks at a file that grows. */
const LOOK_MS = 200;

const READ_BYTES = 1 << 20;

/** The lines of a file that another process writes, as they come, until `ended` is settled and all of it was read. */
export async function* followedLines(
  file: string,
  ended: Promise<unknown>,
  { sleep }: Pick<Runtime, "sleep">,
): AsyncGenerator<TextLine> {
  const lines = new LineSplitter();
  const decoder = new StringDecoder("utf8");
  const buffer = Buffer.alloc(READ_BYTES);
  let over = false;
  void ended.finally(() => (over = true)).catch(() => {});
  let handle: FileHandle | undefined;
  try {
    for (;;) {
      // What was written before the end is read after it.
      const last = over;
      handle ??= await openIfThere(file);
      for (let read = await readFrom(handle, buffer); read > 0; read = await readFrom(handle, buffer))
        yield* lines.take(decoder.write(buffer.subarray(0, read)));
      if (last) break;
      await Promise.race([sleep(LOOK_MS), ended.catch(() => {})]);
    }
    yield* lines.take(decoder.end());
    yield* lines.end();
  } finally {
    await handle?.close();
  }
}

async function readFrom(handle: FileHandle | undefined, buffer: Buffer): Promise<number> {
  return handle === undefined ? 0 : (await handle.read(buffer, 0, buffer.length)).bytesRead;
}

async function openIfThere(file: string): Promise<FileHandle | undefined> {
  return open(file).catch((cause: unknown) => {
    if (cause instanceof Error && (cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw cause;
  });
}
