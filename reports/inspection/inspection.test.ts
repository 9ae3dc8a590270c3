import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { AvailabilityMeter } from "../../core/inspection/availability.ts";
import { DOWN_RULES } from "../../core/inspection/down-rule.ts";
import type { DownRule } from "../../core/inspection/down-rule.ts";
import type { InspectionHead } from "../../core/inspection/round.ts";
import { writeInspection } from "./inspection.ts";
import { inspectionPage } from "./page.ts";
import { shareText } from "./sums.ts";
import type { InspectionSeen } from "./sums.ts";

const [RULE] = DOWN_RULES as [DownRule];
const AT = Date.UTC(2026, 11, 1, 2);

/** An hour in which the interface was silent from the tenth to the twentieth minute, and no one looked after the fortieth. */
function inspected(name: string): InspectionSeen {
  const head: InspectionHead = {
    version: 1,
    role: "bank",
    sut: { name, baseUrl: "https://bank.example" },
    pack: { name: "cooperation", version: "1.0.0", timeZone: "Asia/Shanghai" },
    rule: RULE,
    keepDays: 35,
  };
  const meter = new AvailabilityMeter(head);
  for (const minute of Array.from({ length: 60 }, (_, index) => index))
    if (minute < 40 || minute > 55)
      meter.take({
        at: AT + minute * 60_000,
        everySeconds: 60,
        tookMs: 10,
        looks: [{ interface: "echo", ending: minute >= 10 && minute < 20 ? "unanswered" : "success", ms: 10 }],
      });
  const unasked = [{ interface: "order.query", reason: { en: "no fixture", zh: "缺少测试数据" } }];
  return { head, availability: meter.availability(AT + 3_600_000), unasked };
}

const HOSTILE = `"'><img src=http://x.test onerror=alert(1)><script>alert(1)</script>`;

test("the page of an inspection tells days, outages and gaps in both languages", () => {
  const page = inspectionPage(inspected("A bank"), AT);
  for (const part of ["77.2727 %", "2026-12-01 10:10:00", "10 min 0 s", "16 min 0 s", "order.query", "缺少测试数据"])
    expect(page).toContain(part);
  expect(page.match(/lang="en"/g)?.length).toBe((page.match(/lang="zh-Hans"/g)?.length ?? 0) + 1);
});

test("the page of an inspection is static and keeps its tags", () => {
  const shape = (name: string): readonly string[] =>
    inspectionPage(inspected(name), AT).match(/<\/?[a-z][a-z0-9]*/g) ?? [];
  expect(shape(HOSTILE)).toEqual(shape(HOSTILE.replaceAll(/[<>"'=]/g, "x")));
  expect(inspectionPage(inspected("A bank"), AT)).not.toMatch(/<(script|link|img|iframe)\b|@import|url\(|\son\w+=/i);
});

test("an inspection writes its page and its document, each whole at once", () => {
  const folder = mkdtempSync(join(tmpdir(), "liantiao-inspection-"));
  const files = writeInspection(folder, inspected("A bank"), AT);
  expect(files.filter((file) => existsSync(`${file}.part`))).toEqual([]);
  expect(JSON.parse(readFileSync(join(folder, "inspection.json"), "utf8"))).toMatchObject({
    interfaces: [{ interface: "echo", looks: 44, unanswered: 10, downMs: 600_000 }],
    outages: [{ interface: "echo", recovered: true }],
    gaps: [{ from: AT + 40 * 60_000, until: AT + 56 * 60_000 }],
  });
});

test.each([
  [1, "100 %"],
  [0.9999999, "99.9999 %"],
  [undefined, "–"],
])("a share of %s reads %s", (share, text) => {
  expect(shareText(share)).toBe(text);
});
