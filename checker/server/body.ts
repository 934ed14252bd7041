import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import type { Refused } from './guard.ts';

const LIMIT_BYTES = 16 * 1024;

/** How long a body may take to arrive, in milliseconds. */
const PATIENCE_MS = 5_000;

/**
 * Reads a JSON body and validates it.
 * @param request the request, whose body was not read yet
 * @param schema what the body must be
 * @returns the value, or the refusal to answer with; it never throws
 */
export async function readJson<T>(
  request: IncomingMessage,
  schema: z.ZodType<T>,
): Promise<{ value: T } | { refused: Refused }> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    return refused(415, 'JsonExpected', 'Send the body as application/json.');
  }
  const text = await readText(request);
  if (typeof text !== 'string') return text;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return refused(400, 'MalformedJson', `The body is not JSON: ${(error as Error).message}.`);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { value: parsed.data };
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') || 'the body';
  return refused(400, 'InvalidBody', `${where}: ${issue?.message ?? 'not what was expected'}.`);
}

async function readText(request: IncomingMessage): Promise<string | { refused: Refused }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const late = setTimeout(() => request.destroy(), PATIENCE_MS);
  try {
    // The answer to a body that is too large still needs the connection.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += (chunk as Buffer).length;
      if (bytes > LIMIT_BYTES)
        return refused(413, 'BodyTooLarge', `A body has at most ${LIMIT_BYTES} bytes.`);
      chunks.push(chunk as Buffer);
    }
  } catch {
    return refused(400, 'IncompleteBody', 'The body did not arrive.');
  } finally {
    clearTimeout(late);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function refused(status: number, code: string, message: string): { refused: Refused } {
  return { refused: { status, code, message } };
}
