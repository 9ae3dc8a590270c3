/**
 * Keeps the program running when the reader of its output, such as `head`, closes the pipe. The run is then judged to its
 * end and keeps its exit code; only the printing stops.
 */
export function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}
