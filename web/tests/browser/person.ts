import assert from 'node:assert/strict';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { patienceMs } from './browser.js';

/** Somebody at a browser: what a test does with a page, in the words of a user. */
export class Person {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly #complaints: string[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    page.setDefaultTimeout(patienceMs);
    page.on('pageerror', (error) => this.#complaints.push(error.message));
    page.on('console', (message) => {
      // That a gateway which was killed cannot be reached is no fault of the page.
      if (message.type() === 'error' && !/WebSocket connection to .* failed/.test(message.text())) this.#complaints.push(message.text());
    });
  }

  /** A browser of its own, at the gateway's page, connected. */
  static async arrive(browser: Browser, url: string, name: string, options: BrowserContextOptions = {}): Promise<Person> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, permissions: ['clipboard-read', 'clipboard-write'], ...options });
    const person = await Person.openTab(context, url);
    await person.rename(name);
    return person;
  }

  /** A further tab of the same browser. */
  static async openTab(context: BrowserContext, url: string): Promise<Person> {
    const person = new Person(context, await context.newPage());
    await person.page.goto(url);
    await person.isConnected();
    return person;
  }

  async rename(name: string): Promise<void> {
    await this.page.locator('.me').click();
    await this.page.locator('#own-name').fill(name);
    await this.page.getByRole('button', { name: 'Save name' }).click();
  }

  /** The full peer ID, as the profile shows it. */
  async peerID(): Promise<string> {
    await this.page.locator('.me').click();
    const id = await this.page.locator('dialog[open] .key code').textContent();
    await this.page.keyboard.press('Escape');
    return id ?? '';
  }

  async isConnected(): Promise<void> {
    await this.page.locator('.status[data-stage="connected"]').first().waitFor({ state: 'attached' });
  }

  async isAway(): Promise<void> {
    await this.page.locator('.status[data-stage="away"], .status[data-stage="server"]').first().waitFor({ state: 'attached' });
  }

  async say(text: string): Promise<void> {
    await this.page.locator('#composer').fill(text);
    await this.page.getByRole('button', { name: 'Send', exact: true }).click();
  }

  /** A message in the conversation that is shown. */
  message(text: string): Locator {
    return this.page.locator('.message').filter({ hasText: text });
  }

  async hears(text: string): Promise<void> {
    await this.message(text).first().waitFor();
  }

  /** Waits until one's own message has come this far. */
  async isDelivered(text: string, delivery: 'sent' | 'delivered' | 'failed'): Promise<void> {
    await this.message(text).locator(`.tick[data-delivery="${delivery}"]`).waitFor();
  }

  /** A row in the list of conversations. */
  conversation(name: string): Locator {
    return this.page.locator('.conversation').filter({ hasText: name });
  }

  /** A row in the list of people in the room. */
  member(name: string): Locator {
    return this.page.locator('.member').filter({ hasText: name });
  }

  /** Opens the conversation with somebody in the room. */
  async turnTo(name: string): Promise<void> {
    await this.member(name).click();
    await this.page.locator('.titles h1').filter({ hasText: name }).waitFor();
  }

  /** Waits until an element has this text. */
  async shows(selector: string, text: string | RegExp): Promise<void> {
    await this.page.locator(selector).filter({ hasText: text }).first().waitFor();
  }

  /** Waits until the tab has this title. */
  async hasTitle(title: string): Promise<void> {
    await this.page.waitForFunction((wanted) => document.title === wanted, title);
  }

  /** How much of the page moved by itself since it was opened (1 is everything, once). */
  async layoutShift(): Promise<number> {
    return this.page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const shifts = new PerformanceObserver(() => {});
          shifts.observe({ type: 'layout-shift', buffered: true });
          requestAnimationFrame(() => setTimeout(() => resolve(shifts.takeRecords().reduce((sum, entry) => sum + (entry as PerformanceEntry & { value: number }).value, 0))));
        }),
    );
  }

  /** Ends everything in this browser; the page must have had nothing to complain of. */
  async leave(): Promise<void> {
    await this.context.close();
    assert.deepEqual(this.#complaints, []);
  }
}
