import { mkdirSync } from 'node:fs';
import { after, before, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { launch } from './browser.js';
import { startGateway, type TestGateway } from './gateway.js';
import { Person } from './person.js';

const screenshots = fileURLToPath(new URL('../screenshots', import.meta.url));

/** Where a test takes place. */
export interface Stage {
  /** The gateway and the browser, once the first test runs. */
  readonly at: { readonly gateway: TestGateway; readonly browser: Browser };
  /** Somebody for one test; leaves at its end, whatever happens. */
  arrive(t: TestContext, name: string, options?: BrowserContextOptions): Promise<Person>;
  /** Keeps a picture of a page, for people to look at. */
  picture(person: Person, name: string): Promise<unknown>;
}

/** One gateway and one browser for all tests of a file. */
export function stage(): Stage {
  let gateway: TestGateway;
  let browser: Browser;
  before(async () => {
    mkdirSync(screenshots, { recursive: true });
    gateway = await startGateway();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await gateway?.kill();
  });
  return {
    at: {
      get gateway() {
        return gateway;
      },
      get browser() {
        return browser;
      },
    },
    arrive: async (t, name, options) => {
      const person = await Person.arrive(browser, gateway.url, name, options);
      t.after(() => person.context.close());
      return person;
    },
    picture: (person, name) => person.page.screenshot({ path: `${screenshots}/${name}.png` }),
  };
}
