/** Seconds since the Unix epoch: canonical decimal (no sign, fraction or leading zero), at most 12 digits; else undefined. */
export function parseTimestampSeconds(text: string): number | undefined {
  return /^(?:0|[1-9][0-9]{0,11})$/.test(text) ? Number(text) : undefined;
}
