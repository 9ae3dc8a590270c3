#!/usr/bin/env node
import { complaintAbout } from "./node-version.ts";

const complaint = complaintAbout(process.versions.node);
if (complaint === undefined) {
  // Only now: an older Node breaks on what the program imports, and says nothing that helps.
  const { outliveReaders } = await import("./closed-output.ts");
  const { runProgram } = await import("./program.ts");
  outliveReaders();
  process.exitCode = await runProgram(process.argv.slice(2));
} else {
  console.error(complaint);
  process.exitCode = 2;
}
