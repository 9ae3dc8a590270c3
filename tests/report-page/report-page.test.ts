import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunEvent } from "../../core/run/event.ts";
import { failedRun } from "../../reports/testing/failed-run.ts";
import { hostileRun } from "../../reports/testing/hostile-run.ts";
import { passedRun, unreachableRun, waivedRun } from "../../reports/testing/runs.ts";
import { sampleLoad, writeSampleLoad } from "../../reports/testing/sample-load.ts";
import { readLoad } from "../../reports/load/load-record.ts";
import { rendered } from "../../reports/format.ts";
import { html } from "../../reports/html.ts";

/*
 * The page as a browser draws it. A page whose text is right may still push a phone's screen sideways, hide what it
 * has found, or load something.
 */

/** Long bytes without a blank, markup, and Chinese without one: whatever a SUT may put into an answer. */
const LONG = `${"A".repeat(900)}</p><script>document.title="run"</script>${"这是一段没有空格的很长的文字".repeat(40)}`;

const RUNS: Readonly<Record<string, readonly RunEvent[]>> = {
  failed: failedRun(),
  passed: passedRun(),
  waived: waivedRun(),
  unreachable: unreachableRun(),
  hostile: hostileRun(LONG),
  load: sampleLoad(),
  crashed: failedRun().slice(0, 30),
  empty: [],
};

/** The colour that the first line of a picture is drawn in, as the browser knows it. */
const STROKE = `getComputedStyle(document.querySelector("#load svg path[stroke='var(--c1)']")).stroke`;

/** What is asked of a page stands in files of its own: it is the browser's code, and knows nothing of Node. */
const inPage = (file: string): string => readFileSync(new URL(file, import.meta.url), "utf8");

function executable(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return ["chromium", "chromium-browser", "google-chrome"]
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find(existsSync);
}

const found = executable();
const folder = mkdtempSync(join(tmpdir(), "liantiao-page-"));
writeSampleLoad(folder);
let browser: Browser | undefined;

beforeAll(async () => {
  if (found === undefined) {
    if (process.env["CI"] !== undefined)
      throw new Error("The report's page is tested in a real browser: install chromium on the CI machine.");
    return;
  }
  browser = await chromium.launch({
    executablePath: found,
    // As root a browser has no sandbox of its own; it is given our pages only.
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Look {
  readonly width?: number;
  readonly scheme?: "light" | "dark";
  readonly media?: "screen" | "print";
}

/** Opens the page of a run, shows it to `look`, and holds it to loading and running nothing. */
async function shown(
  name: string,
  { width = 1280, scheme = "light", media = "screen" }: Look,
  look: (page: Page) => Promise<void>,
): Promise<void> {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, rendered(html, RUNS[name] ?? [], name === "load" ? readLoad(folder) : undefined));
  const page = await browser?.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
  if (page === undefined) throw new Error("no browser");
  try {
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => void complaints.push(message.text()));
    page.on("pageerror", (error) => void complaints.push(error.message));
    page.on("request", (request) => void requests.push(request.url()));
    await page.emulateMedia({ media, colorScheme: scheme });
    await page.goto(pathToFileURL(file).href);
    await look(page);
    expect(requests).toEqual([pathToFileURL(file).href]);
    expect(complaints).toEqual([]);
  } finally {
    await page.close();
  }
}

const skipNote = found === undefined ? " (SKIPPED: needs chromium)" : "";

describe.skipIf(found === undefined && process.env["CI"] === undefined)(
  `the report's page in a browser${skipNote}`,
  () => {
    test.each(Object.keys(RUNS).flatMap((name) => [390, 768, 1280].map((width) => [name, width] as const)))(
      "%s fits a screen of %i pixels",
      async (name, width) => {
        await shown(name, { width }, async (page) => {
          const { wide, outside } = await page.evaluate<{ readonly wide: number; readonly outside: readonly string[] }>(
            inPage("overflow.js"),
          );
          expect(outside).toEqual([]);
          expect(wide).toBeLessThanOrEqual(width);
        });
      },
    );

    test("a finding is open with its bytes, and the page names what was left untested", async () => {
      await shown("failed", {}, async (page) => {
        for (const text of [
          "the customer paid twice",
          "客户被重复扣款",
          "4200000001",
          "2 concurrent requests, same number",
          "Requirements that no check judged",
          "Row lock planned",
          "expired, not applied",
        ]) {
          expect(await page.getByText(text).first().isVisible(), text).toBe(true);
        }
        const [findings = 0, requirements = 0] = await Promise.all(
          ["#findings", "#requirements"].map(async (id) => (await page.locator(id).boundingBox())?.y),
        );
        expect(findings).toBeLessThan(requirements);
      });
    });

    test("the page of a run that stopped early starts with what must be mended", async () => {
      await shown("unreachable", {}, async (page) => {
        expect((await page.getByText("mend baseUrl in sut.json").boundingBox())?.y).toBeLessThan(700);
      });
    });

    test("the page shows each language alone when asked", async () => {
      await shown("failed", {}, async (page) => {
        const [english, chinese] = [
          page.getByText("The harness broke in a check.").first(),
          page.getByText("测试工具在某项检查中出错。").first(),
        ];
        expect([await english.isVisible(), await chinese.isVisible()]).toEqual([true, true]);
        await page.getByText("English", { exact: true }).click();
        expect([await english.isVisible(), await chinese.isVisible()]).toEqual([true, false]);
        await page.getByText("中文", { exact: true }).click();
        expect([await english.isVisible(), await chinese.isVisible()]).toEqual([false, true]);
      });
    });

    test.each(
      ["failed", "load"].flatMap((name) => (["light", "dark"] as const).map((scheme) => [name, scheme] as const)),
    )("every text of %s can be read in the %s scheme", async (name, scheme) => {
      await shown(name, { scheme }, async (page) => {
        expect(await page.evaluate(inPage("low-contrast.js"))).toEqual([]);
      });
    });

    test.each([390, 1280])("a load's pictures are drawn in the page's colours on %i pixels", async (width) => {
      await shown("load", { width }, async (page) => {
        const pictures = page.locator("#load svg[role=img]");
        expect(await pictures.count()).toBe(7);
        for (const picture of await pictures.all())
          expect((await picture.boundingBox())?.height ?? 0).toBeGreaterThan(90);
        expect(await page.evaluate(STROKE)).toBe("rgb(31, 86, 115)");
      });
    });

    test("the printed page has the findings and their bytes whole, and room to sign", async () => {
      await shown("failed", { media: "print" }, async (page) => {
        expect(await page.locator(".contents").isVisible()).toBe(false);
        for (const text of ["4200000002", "Sign-off", "out_trade_no"])
          expect(await page.getByText(text).first().isVisible(), text).toBe(true);
        expect((await page.pdf({ preferCSSPageSize: true })).subarray(0, 5).toString()).toBe("%PDF-");
      });
    });

    test.each(["failed", "hostile", "load"])(
      "the A4 page of %s keeps everything inside, with the latency picture",
      async (name) => {
        // What is left of 210 mm between the margins.
        await shown(name, { width: 688, media: "print" }, async (page) => {
          expect(await page.evaluate<{ readonly outside: readonly string[] }>(inPage("overflow.js"))).toMatchObject({
            outside: [],
          });
          expect(await page.evaluate(inPage("cut-off.js"))).toEqual([]);
          if (name === "failed") expect(await page.locator("#latency svg").first().isVisible()).toBe(true);
        });
      },
    );

    test("a page made by a hostile log leaves its scripts inert", async () => {
      await shown("hostile", {}, async (page) => {
        expect(await page.title()).not.toBe("run");
      });
    });
  },
);
