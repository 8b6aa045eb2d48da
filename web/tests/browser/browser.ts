import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** Where Debian puts it, unless `CHROMIUM` says otherwise. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** How long a browser or a page may take to do what it should. */
export const patienceMs = 60_000;

/** Starts Chromium without a window, and without its own traffic. */
export function launch(): Promise<Browser> {
  if (!existsSync(executablePath)) throw new Error(`Chromium is needed at ${executablePath}: apt-get install chromium, or name another with CHROMIUM=…`);
  const args = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return chromium.launch({ executablePath, headless: true, chromiumSandbox: false, args, timeout: patienceMs });
}
