/** Prints what was resident beside what is allowed, and has the process end with 1 above that. */
export function memoryReport(
  name: string,
  bytes: number | undefined,
  allowedBytes: number,
  more: Readonly<Record<string, number>> = {},
): void {
  if (bytes === undefined) throw new Error("this system does not tell how much memory a process had: run it on Linux");
  const share = Math.round((bytes / allowedBytes) * 1000) / 1000;
  console.log(JSON.stringify({ name, ...more, bytes, allowedBytes, share }, undefined, 2));
  if (bytes <= allowedBytes) return;
  console.error(`${name}: ${Math.round(bytes / 1048576)} MB resident; ${allowedBytes / 1048576} are allowed`);
  process.exitCode = 1;
}
