import { templateError } from './errors.ts';

/**
 * Subnets of an IPv4 block.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html
 * @param count 1 to 256
 * @param hostBits bits that each subnet keeps for its hosts
 */
export function cidrBlocks(block: string, count: number, hostBits: number): string[] {
  const [address = '', prefix] = block.split('/');
  const bytes = address.split('.').map(Number);
  const valid =
    bytes.length === 4 && bytes.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255);
  const size = 2 ** hostBits;
  if (!valid || !(count >= 1 && count <= 256) || count * size > 2 ** (32 - Number(prefix))) {
    throw templateError(
      `Template error: Fn::Cidr cannot make ${count} subnets of ${hostBits} bits from ${block}`,
    );
  }
  const base = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const start = base - (base % size);
  return Array.from({ length: count }, (_, index) => {
    const first = start + index * size;
    const parts = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
    return `${parts.join('.')}/${32 - hostBits}`;
  });
}
