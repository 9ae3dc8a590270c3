const TEXT = "text/plain";

/** A media type that is not the one of a message. */
export const otherMedia = (media: string): string => (media.startsWith(TEXT) ? "application/octet-stream" : TEXT);
