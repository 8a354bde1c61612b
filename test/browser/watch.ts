import type { BrowserContext } from 'playwright-core';

/** What no page may do: fail in a script, break its own policy, or ask another server for anything. */
export class Watch {
  readonly #seen: string[] = [];

  constructor(private readonly origin: string) {}

  add(context: BrowserContext): void {
    context.on('weberror', (error) => this.#seen.push(`script error: ${error.error().message}`));
    context.on('console', (message) => {
      // A refusal is logged by the browser itself, as the failure to load what was asked for.
      if (message.type() !== 'error' || /^Failed to load resource/.test(message.text())) return;
      this.#seen.push(`console: ${message.text()}`);
    });
    context.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(this.origin) && !url.startsWith(`blob:${this.origin}`)) {
        this.#seen.push(`request outside the origin: ${url}`);
      }
    });
  }

  verdict(): void {
    if (this.#seen.length > 0) throw new Error(this.#seen.join('\n'));
  }
}
