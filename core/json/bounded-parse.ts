import type { Json } from "../unit/unit.ts";

/** Levels to which a stranger's JSON is read: no message of a pack comes near it, and what walks the value stays within its stack. */
export const MOST_LEVELS = 200;

/** Whether objects and lists of a JSON text are nested more than so many levels; what stands in strings does not count. */
export function isDeeperThan(text: string, most: number): boolean {
  let level = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (inString) {
      if (unit === BACKSLASH) at += 1;
      else if (unit === QUOTE) inString = false;
    } else if (unit === QUOTE) inString = true;
    else if (unit === OPEN_OBJECT || unit === OPEN_LIST) {
      level += 1;
      if (level > most) return true;
    } else if (unit === CLOSE_OBJECT || unit === CLOSE_LIST) level -= 1;
  }
  return false;
}

const [QUOTE, BACKSLASH, OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d];

/** The value of a text that a stranger has sent; undefined for no JSON, and for JSON that is nested too deeply to be walked. */
export function parseBounded(text: string): Json | undefined {
  if (isDeeperThan(text, MOST_LEVELS)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
