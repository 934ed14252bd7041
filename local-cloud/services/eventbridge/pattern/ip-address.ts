import { isIP } from 'node:net';

/** An address as a number, and how many bits it has. */
export interface IpAddress {
  readonly bits: 32 | 128;
  readonly number: bigint;
}

/** Reads an IPv4 or IPv6 address; undefined when the text is none. */
export function parseIp(text: string): IpAddress | undefined {
  // A zone (`fe80::1%eth0`) is no part of an address.
  const version = text.includes('%') ? 0 : isIP(text);
  if (version === 4) return { bits: 32, number: numberOfV4(text) };
  return version === 6 ? { bits: 128, number: numberOfV6(text) } : undefined;
}

function numberOfV4(text: string): bigint {
  return text.split('.').reduce((number, part) => (number << 8n) | BigInt(part), 0n);
}

function numberOfV6(text: string): bigint {
  const [head = '', tail] = text.split('::');
  const first = groupsOf(head);
  const last = tail === undefined ? [] : groupsOf(tail);
  const zeros: bigint[] = Array(8 - first.length - last.length).fill(0n);
  return [...first, ...zeros, ...last].reduce((number, group) => (number << 16n) | group, 0n);
}

function groupsOf(text: string): bigint[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [BigInt(`0x${group}`)];
    // The last 32 bits may be written as an IPv4 address.
    const v4 = numberOfV4(group);
    return [v4 >> 16n, v4 & 0xffffn];
  });
}
