import { describe, expect, it } from 'vitest';
import { type Asked, refuse } from './guard.ts';

const own = { port: 3000, token: 'secret' };
const asked = (part: Partial<Asked>): Asked => ({
  method: 'GET',
  host: 'localhost:3000',
  origin: undefined,
  token: undefined,
  ...part,
});
const codeOf = (part: Partial<Asked>) => refuse(asked(part), own)?.code;

describe('Host', () => {
  it.each(['localhost:3000', '127.0.0.1:3000', '[::1]:3000', 'LOCALHOST:3000'])('%s is ours', (host) => {
    expect(codeOf({ host })).toBeUndefined();
  });

  it.each([
    undefined,
    '',
    'localhost',
    'localhost:3001',
    'evil.example:3000',
    'localhost.evil.example:3000',
    '127.0.0.1.nip.io:3000',
    '0.0.0.0:3000',
  ])('%s is foreign', (host) => expect(codeOf({ host })).toBe('ForeignHost'));
});

describe('Origin', () => {
  it('may be absent: a navigation or a command-line client', () => {
    expect(codeOf({})).toBeUndefined();
  });

  it('is ours when it equals the Host that was asked', () => {
    expect(codeOf({ host: '127.0.0.1:3000', origin: 'http://127.0.0.1:3000' })).toBeUndefined();
  });

  it.each([
    'https://evil.example',
    'null',
    'http://localhost:3001',
    'https://localhost:3000',
    'http://127.0.0.1:3000',
  ])('%s is foreign on localhost:3000, for reading too', (origin) =>
    expect(codeOf({ origin })).toBe('ForeignOrigin'),
  );
});

describe('token', () => {
  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s needs it', (method) => {
    expect(codeOf({ method })).toBe('TokenRequired');
    expect(codeOf({ method, token: 'guess!' })).toBe('TokenRequired');
    expect(codeOf({ method, token: 'secret' })).toBeUndefined();
  });

  it('reading does not', () => expect(codeOf({ method: 'GET' })).toBeUndefined());
});
