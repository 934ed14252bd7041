/** One JSON object a line, past Lambda's console, with the id of one invocation. */
export class Logger {
  readonly #requestId: string;

  constructor(requestId: string) {
    this.#requestId = requestId;
  }

  info(message: string): void {
    this.#write('INFO', message);
  }

  warn(message: string): void {
    this.#write('WARN', message);
  }

  error(message: string, cause: unknown): void {
    this.#write('ERROR', message, {
      stack: cause instanceof Error ? cause.stack?.split('\n') : String(cause),
    });
  }

  #write(level: string, message: string, more: object = {}): void {
    const line = { level, message, requestId: this.#requestId, at: new Date().toISOString(), ...more };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}
