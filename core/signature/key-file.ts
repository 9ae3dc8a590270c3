import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";

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
      throw new Error(`it is ${found.isDirectory() ? "a folder" : "a device or a pipe"}, not a file`);
    if (found.size > LARGEST)
      throw new Error(`it has ${found.size} bytes; a file with keys or certificates has at most ${LARGEST}`);
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
