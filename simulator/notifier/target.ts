/**
 * Whether a notification may go to `target`: it must lie under one of the party's registered prefixes, compared as
 * URLs and not as text, so that `https://shop.example.evil` is not under `https://shop.example`.
 */
export function mayBeNotified(target: string, prefixes: readonly string[]): boolean {
  let url: URL;
  try {
    url = new URL(target);
  } catch {
    return false;
  }
  if (
    (url.protocol !== "https:" && url.protocol !== "http:") ||
    url.username !== "" ||
    url.password !== "" ||
    url.hash !== ""
  )
    return false;
  return prefixes.some((prefix) => {
    const allowed = new URL(prefix);
    const folder = allowed.pathname.endsWith("/") ? allowed.pathname : `${allowed.pathname}/`;
    return url.origin === allowed.origin && (url.pathname === allowed.pathname || url.pathname.startsWith(folder));
  });
}
