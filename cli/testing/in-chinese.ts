import { vi } from "vitest";
import { runProgram } from "../program.ts";

/** What a command line prints and complains of, in Chinese. */
export async function inChinese(...words: string[]): Promise<string> {
  let text = "";
  const take = (chunk: unknown): boolean => {
    text += String(chunk);
    return true;
  };
  const spies = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, "write").mockImplementation(take));
  const status = process.exitCode;
  await runProgram([...words, "--lang", "zh"], { complain: (complaint) => void (text += `${complaint}\n`) });
  process.exitCode = status;
  for (const spy of spies) spy.mockRestore();
  return text;
}
