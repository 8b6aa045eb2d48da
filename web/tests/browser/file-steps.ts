import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Locator } from 'playwright-core';
import { patienceMs } from './browser.js';
import type { Person } from './person.js';

/** A row of the folder that is shown. */
export const row = (person: Person, name: string): Locator => person.page.locator('.file').filter({ hasText: name });

/** Goes to one's own files. */
export async function ownFiles(person: Person): Promise<void> {
  await person.page.locator('.lists .conversation').filter({ hasText: 'My files' }).click();
  await person.shows('#files-title', 'My files');
}

/** Goes to the files of somebody in the room. */
export async function filesOf(person: Person, name: string): Promise<void> {
  await person.turnTo(name);
  await person.page.getByRole('button', { name: 'Files of this peer' }).click();
  await person.shows('#files-title', `Files of ${name}`);
}

/** Saves a file through the page and gives its hash. */
export async function saved(person: Person, name: string, timeout = patienceMs): Promise<string> {
  const [download] = await Promise.all([person.page.waitForEvent('download', { timeout }), row(person, name).getByRole('link', { name: `Save ${name}` }).click()]);
  assert.equal(download.suggestedFilename(), name);
  const hash = createHash('sha256');
  for await (const part of createReadStream(await download.path())) hash.update(part as Buffer);
  return hash.digest('hex');
}

/** Uploads into the folder that is shown: a file of this machine, or bytes. */
export async function upload(person: Person, file: string | { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
  await person.page.getByLabel('Upload files').last().setInputFiles(file);
}
