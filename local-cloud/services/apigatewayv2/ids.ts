import type { Cloud } from '../../service.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** An id as API Gateway makes them: ten characters for an API, seven or six for its parts. */
export function resourceId(cloud: Cloud, length: number): string {
  return Array.from({ length }, () => ALPHABET[Math.floor(cloud.random() * ALPHABET.length)]).join('');
}

/** Recorded: `JCJP4iwYPHcEJgQ=`, eleven bytes in base64. */
export function apiRequestId(cloud: Cloud): string {
  return Buffer.from(randomBytes(cloud, 11)).toString('base64').replaceAll('/', '_').replaceAll('+', '-');
}

/** A trace that begins here. https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader */
export function traceId(cloud: Cloud): string {
  const seconds = Math.floor(cloud.clock.now() / 1000)
    .toString(16)
    .padStart(8, '0');
  return `Root=1-${seconds}-${Buffer.from(randomBytes(cloud, 12)).toString('hex')}`;
}

function randomBytes(cloud: Cloud, length: number): number[] {
  return Array.from({ length }, () => Math.floor(cloud.random() * 256));
}
