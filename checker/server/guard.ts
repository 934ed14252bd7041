import { timingSafeEqual } from 'node:crypto';

/** Why a request is not answered. */
export interface Refused {
  status: number;
  code: string;
  message: string;
}

/** The parts of a request that decide whether it is answered. */
export interface Asked {
  method: string;
  host: string | undefined;
  origin: string | undefined;
  token: string | undefined;
}

/**
 * Decides whether the request comes from the workshop's own pages.
 *
 * Any web page that the learner has open can send requests to this port. A foreign name that resolves to
 * 127.0.0.1 (DNS rebinding) is stopped by Host, a foreign page by Origin, and a blind POST by the token,
 * which only a page of this origin can read.
 * @param asked the request's parts
 * @param own the server's port and token
 * @returns the refusal, or undefined if the request may be answered
 */
export function refuse(asked: Asked, own: { port: number; token: string }): Refused | undefined {
  const url = `http://localhost:${own.port}`;
  const hosts = ['localhost', '127.0.0.1', '[::1]'].map((name) => `${name}:${own.port}`);
  if (own.port === 80) hosts.push('localhost', '127.0.0.1', '[::1]');
  if (asked.host === undefined || !hosts.includes(asked.host.toLowerCase())) {
    const message = `This server answers only to its own name. Open ${url}.`;
    return { status: 403, code: 'ForeignHost', message };
  }
  if (asked.origin !== undefined && asked.origin !== `http://${asked.host.toLowerCase()}`) {
    const message = `This server answers only its own pages. Open ${url}.`;
    return { status: 403, code: 'ForeignOrigin', message };
  }
  if (!['GET', 'HEAD'].includes(asked.method) && !sameToken(asked.token, own.token)) {
    const message =
      'The header x-workshop-token is missing or old. Reload the page; it reads the token from /api/labs.';
    return { status: 403, code: 'TokenRequired', message };
  }
  return undefined;
}

function sameToken(given: string | undefined, own: string): boolean {
  if (given === undefined) return false;
  const one = Buffer.from(given);
  const other = Buffer.from(own);
  return one.length === other.length && timingSafeEqual(one, other);
}
