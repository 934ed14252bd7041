export type Log = (level: string, details: object) => void;

/** Lines of `key=value`, on standard error. */
export function createLog(requestId: string): Log {
  return (level, details) => {
    const pairs = Object.entries({ level, requestId, ...details });
    console.error(`${level} ${pairs.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(' ')}`);
  };
}
