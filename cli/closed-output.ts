/**
 * Who reads what we print, `head` for one, may have seen enough and go. That is no failure, and no reason to leave what is
 * under way half done: a run is judged to its end, its exit code is its own, and nothing more is printed.
 */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}
