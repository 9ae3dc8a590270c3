import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { SaidError } from "../text/said-error.ts";

/** Far above any key or chain of certificates, in bytes. */
const LARGEST = 256 * 1024;

/**
 * The bytes of a file with a key or certificates. Devices and pipes are refused, because reading them may never end, and so
 * are files that are too large to be a key.
 *
 * @throws an error with what is wrong, or that of the file system
 */
export function readKeyFile(file: string): Buffer {
  // A pipe that is opened in the usual way waits for its other end.
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = fstatSync(descriptor);
    if (!found.isFile())
      throw new SaidError(
        found.isDirectory()
          ? { en: "it is a folder, not a file", zh: "是目录，不是文件" }
          : { en: "it is a device or a pipe, not a file", zh: "是设备或管道，不是文件" },
      );
    if (found.size > LARGEST)
      throw new SaidError({
        en: `it has ${found.size} bytes; a file with keys or certificates has at most ${LARGEST}`,
        zh: `文件有 ${found.size} 字节；密钥或证书文件最多 ${LARGEST} 字节`,
      });
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
