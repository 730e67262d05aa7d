/** How often the progress of something that runs in the background is read, in milliseconds. */
export const POLL_MS = 1_000;
