import type { SegmentDocument } from './document.ts';
import type { AttributeValue, Span } from './span.ts';

export type HttpPart = NonNullable<SegmentDocument['http']>;

/**
 * What the attributes of a span say about HTTP, by their old names and by those that are stable.
 * https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 * @returns the part, undefined when there is none, and the names of the attributes that went into it
 */
export function httpPartOf({ attributes }: Span): { http: HttpPart | undefined; used: ReadonlySet<string> } {
  const used = new Set<string>();
  /** The first of these attributes that the span has. */
  const take = (...names: string[]): AttributeValue | undefined => {
    const name = names.find((name) => (attributes[name] ?? null) !== null);
    if (name !== undefined) used.add(name);
    return name === undefined ? undefined : attributes[name];
  };
  const method = text(take('http.request.method', 'http.method'));
  const status = Number(take('http.response.status_code', 'http.status_code') ?? Number.NaN);
  const whole = text(take('url.full', 'http.url'));
  const target = text(take('url.path', 'http.target'));
  if (method === undefined && whole === undefined && target === undefined && Number.isNaN(status)) {
    return { http: undefined, used: new Set() };
  }
  const host = text(take('http.host', 'server.address', 'net.host.name'));
  const scheme = text(take('url.scheme', 'http.scheme')) ?? 'http';
  const port = text(take('server.port', 'net.host.port'));
  const query = text(take('url.query'));
  const put = host === undefined ? undefined : urlOf({ scheme, host, port, target, query });
  const request = {
    method,
    url: whole ?? put,
    user_agent: text(take('user_agent.original', 'http.user_agent')),
    client_ip: text(take('client.address', 'http.client_ip')),
  };
  return {
    http: {
      request: Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined)),
      ...(Number.isInteger(status) && { response: { status } }),
    },
    used,
  };
}

interface UrlParts {
  scheme: string;
  host: string;
  port: string | undefined;
  target: string | undefined;
  query: string | undefined;
}

function urlOf({ scheme, host, port, target = '/', query }: UrlParts): string {
  const usual = { http: '80', https: '443' }[scheme];
  const withPort = port === undefined || port === usual || host.includes(':') ? host : `${host}:${port}`;
  return `${scheme}://${withPort}${target}${query ? `?${query}` : ''}`;
}

function text(value: AttributeValue | undefined): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
