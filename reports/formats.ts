import type { ReportFormat } from "./format.ts";
import { html } from "./html.ts";
import { json } from "./json.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown.ts";
import { sarif } from "./sarif.ts";

/** Every report format there is. */
export const FORMATS: readonly ReportFormat[] = [html, junit, json, markdown, sarif];
