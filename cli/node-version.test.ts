import { expect, test } from "vitest";
import { unsupportedNode } from "./node-version.ts";

test.each(["18.20.0", "20.20.2", "22.13.0"])("Node %s is told to be too old, with the way on", (version) => {
  expect(unsupportedNode(version)).toMatch(
    new RegExp(`needs Node 24.*${version.replaceAll(".", "\\.")}[\\s\\S]*next:`),
  );
});

test.each(["24.0.0", "24.21.0", "26.1.0", process.versions.node])("Node %s will do", (version) => {
  expect(unsupportedNode(version)).toBeUndefined();
});
