import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { accessibilityProblems } from './accessibility.js';
import { filesOf, ownFiles, row, saved, upload } from './file-steps.js';
import { stage } from './stage.js';

const { arrive, picture } = stage();

/** A picture of 2 × 2 pixels. */
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGP4z8AARAwQCgAf7gP9i18U1AAAAABJRU5ErkJggg==', 'base64');

test('what one uploads, the other finds, opens folder by folder, and saves with the same bytes', async (t) => {
  const ada = await arrive(t, 'Ada');
  const bob = await arrive(t, 'Bob');
  const bytes = Buffer.alloc(5_000_000, 'a page of a book; ');
  await ownFiles(ada);
  await ada.shows('.file-body .empty', 'No files');
  await ada.page.getByRole('button', { name: 'New folder' }).click();
  await ada.page.locator('#folder-name').fill('books');
  await ada.page.getByRole('button', { name: 'Make it' }).click();
  await row(ada, 'books').getByRole('link').click();
  await upload(ada, { name: 'book.txt', mimeType: 'text/plain', buffer: bytes });
  await ada.shows('.upload[data-state="done"]', 'books/book.txt');
  await row(ada, 'book.txt').waitFor();
  await picture(ada, 'files-own');
  await filesOf(bob, 'Ada');
  await row(bob, 'books').getByRole('link', { name: 'books' }).click();
  await row(bob, 'book.txt').waitFor();
  assert.equal(await bob.page.getByRole('button', { name: 'Delete book.txt' }).count(), 0);
  assert.equal(await saved(bob, 'book.txt'), createHash('sha256').update(bytes).digest('hex'));
  assert.deepEqual(await accessibilityProblems(bob.page), []);
  await Promise.all([ada.leave(), bob.leave()]);
});

test('files and folders are dropped; others see them come and go', async (t) => {
  const ada = await arrive(t, 'Ada');
  const bob = await arrive(t, 'Bob');
  await ownFiles(ada);
  await filesOf(bob, 'Ada');
  await ada.page.locator('main.files').evaluate((element) => {
    const data = new DataTransfer();
    data.items.add(new File(['dropped'], 'dropped.txt', { type: 'text/plain' }));
    for (const type of ['dragenter', 'dragover']) element.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
    (window as unknown as { dropping: boolean }).dropping = element.hasAttribute('data-dropping');
    element.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
  });
  assert.ok(await ada.page.evaluate(() => (window as unknown as { dropping: boolean }).dropping));
  await row(ada, 'dropped.txt').waitFor();
  await row(bob, 'dropped.txt').waitFor();
  await row(ada, 'dropped.txt').getByRole('button', { name: 'Delete dropped.txt' }).click();
  await ada.shows('dialog[open]', 'Delete “dropped.txt”?');
  await picture(ada, 'files-delete');
  await ada.page.locator('dialog[open]').getByRole('button', { name: 'Delete', exact: true }).click();
  await row(ada, 'dropped.txt').waitFor({ state: 'detached' });
  await row(bob, 'dropped.txt').waitFor({ state: 'detached' });
  await Promise.all([ada.leave(), bob.leave()]);
});

test('a picture that is sent is shown in the conversation, a document as a link', async (t) => {
  const ada = await arrive(t, 'Ada');
  const bob = await arrive(t, 'Bob');
  await ada.shows('.member', 'Bob');
  await ada.page.getByLabel('Send files').last().setInputFiles([
    { name: 'lake.png', mimeType: 'image/png', buffer: png },
    { name: 'notes.html', mimeType: 'text/html', buffer: Buffer.from('<script>document.title = 1</script>') },
  ]);
  const shown = bob.page.locator('.message .attachment-picture');
  await shown.waitFor();
  await bob.page.waitForFunction(() => document.querySelector<HTMLImageElement>('.message .attachment-picture')?.naturalWidth === 2);
  assert.equal(await shown.getAttribute('alt'), 'lake.png');
  await bob.hears('notes.html');
  assert.equal(await bob.message('notes.html').locator('img, iframe, script').count(), 0);
  await ada.isDelivered('lake.png', 'sent');
  await picture(bob, 'picture-in-room');
  assert.deepEqual(await accessibilityProblems(bob.page), []);
  await Promise.all([ada.leave(), bob.leave()]);
});

test('files are there again after a reload', async (t) => {
  const ada = await arrive(t, 'Ada');
  await ownFiles(ada);
  await upload(ada, { name: 'kept.txt', mimeType: 'text/plain', buffer: Buffer.from('kept') });
  await row(ada, 'kept.txt').waitFor();
  await ada.page.reload();
  await ada.isConnected();
  await ada.shows('#files-title', 'My files');
  await row(ada, 'kept.txt').waitFor();
  await ada.leave();
});
