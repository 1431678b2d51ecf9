/** The path of a Chromium, Chrome or Edge; installs Chromium when there is none. */
export function ensureChromium(): Promise<string>;
