#!/usr/bin/env node
import { unsupportedNode } from "./node-version.ts";

const complaint = unsupportedNode(process.versions.node);
if (complaint === undefined) {
  // Imported only now, because an older Node breaks on these imports with an unhelpful message.
  const { ignoreClosedPipes } = await import("./closed-output.ts");
  const { runProgram } = await import("./program.ts");
  ignoreClosedPipes();
  process.exitCode = await runProgram(process.argv.slice(2));
} else {
  console.error(complaint);
  process.exitCode = 2;
}
