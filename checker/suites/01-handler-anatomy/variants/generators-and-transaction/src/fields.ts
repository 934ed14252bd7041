export class Refusal {
  constructor(
    readonly path: string,
    readonly rule: string,
  ) {}
}
type Check<T> = (value: unknown, path: string) => Generator<Refusal, T>;
export const text = (ok: (s: string) => boolean, rule: string): Check<string> =>
  function* (value, path) {
    if (typeof value !== 'string' || !ok(value)) yield new Refusal(path, rule);
    return value as string;
  };
export const whole = (min: number, max: number): Check<number> =>
  function* (value, path) {
    if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max)
      yield new Refusal(path, `is not a whole number between ${min} and ${max}`);
    return value as number;
  };
export const list = <T>(each: Check<T>, min: number, max: number): Check<T[]> =>
  function* (value, path) {
    if (!Array.isArray(value) || value.length < min || value.length > max) {
      yield new Refusal(path, `needs ${min} to ${max} entries`);
      return [];
    }
    const out: T[] = [];
    for (let i = 0; i < value.length; i++) out.push(yield* each(value[i], `${path}[${i}]`));
    return out;
  };
export const object = <T extends object>(shape: { [K in keyof T]: Check<T[K]> }): Check<T> =>
  function* (value, path) {
    if (Object.prototype.toString.call(value) !== '[object Object]') {
      yield new Refusal(path || 'body', 'is not an object');
      return {} as T;
    }
    const out = {} as T;
    for (const key of Object.keys(shape) as (keyof T & string)[])
      out[key] = yield* shape[key]((value as Record<string, unknown>)[key], path ? `${path}.${key}` : key);
    return out;
  };
export function first<T>(check: Check<T>, value: unknown): { ok: T } | { refused: Refusal } {
  const run = check(value, '');
  const step = run.next();
  return step.done ? { ok: step.value } : { refused: step.value };
}
