/** A resource with a URL: where AWS would put it, and where it is here. Neither ends with a slash. */
export interface Address {
  readonly onAws: string;
  readonly here: string;
}

/**
 * Templates put URLs together from ids (`https://<api id>.execute-api.…`); such a URL is changed to the one that
 * answers. Only the beginning of a text counts: there the URL ends at its host.
 */
export function withLocalAddresses(value: unknown, addresses: readonly Address[]): unknown {
  if (addresses.length === 0) return value;
  if (typeof value === 'string') {
    const address = addresses.find(({ onAws }) => value === onAws || value.startsWith(`${onAws}/`));
    return address ? address.here + value.slice(address.onAws.length) : value;
  }
  if (Array.isArray(value)) return value.map((entry) => withLocalAddresses(entry, addresses));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, withLocalAddresses(entry, addresses)]),
  );
}
