import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const path = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** Whether this machine has a browser for the tests; without one they are left out, and say so. */
export const withBrowser = existsSync(path);
if (!withBrowser) {
  console.warn(
    `Browser tests are left out: no Chromium at ${path}. Install Debian's package "chromium", or set CHROMIUM_PATH.`,
  );
}

/** Starts a browser with a profile of its own. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: path, args: ['--no-sandbox'] });
}
