import type { TraceSummary } from '@aws-sdk/client-xray';
import { AwsError, notSupported } from '../../errors.ts';
import { type Annotation, partsOf, type SegmentDocument } from './document.ts';
import type { Trace } from './store.ts';
import { summarize } from './summary.ts';

/** Whether a trace is one that an expression asks for. */
export type TraceFilter = (trace: Trace) => boolean;

/** Finds what a keyword stands for in a trace: none, one or several values. */
type Keyword = (trace: Trace) => readonly (Annotation | undefined)[];

const parts = ({ segments }: Trace) => partsOf(segments);

/** https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html */
const KEYWORDS: Readonly<Record<string, Keyword>> = {
  ok: (trace) => [isOk(summarize(trace))],
  error: (trace) => [summarize(trace).HasError],
  fault: (trace) => [summarize(trace).HasFault],
  throttle: (trace) => [summarize(trace).HasThrottle],
  partial: (trace) => [summarize(trace).IsPartial],
  responsetime: (trace) => [summarize(trace).ResponseTime],
  duration: (trace) => [summarize(trace).Duration],
  'http.status': (trace) => parts(trace).map(({ http }) => http?.response?.status),
  'http.url': (trace) => parts(trace).map(({ http }) => http?.request?.url),
  'http.method': (trace) => parts(trace).map(({ http }) => http?.request?.method),
  'http.useragent': (trace) => parts(trace).map(({ http }) => http?.request?.user_agent),
  'http.clientip': (trace) => parts(trace).map(({ http }) => http?.request?.client_ip),
  user: (trace) => parts(trace).map(({ user }) => user),
  name: (trace) => trace.segments.map(({ name }) => name),
  type: (trace) => trace.segments.map(({ origin }) => origin),
};

const COMPARISONS: Readonly<Record<string, (actual: Annotation, wanted: Annotation) => boolean>> = {
  '=': (actual, wanted) => actual === wanted,
  '!=': (actual, wanted) => actual !== wanted,
  '<': (actual, wanted) => actual < wanted,
  '<=': (actual, wanted) => actual <= wanted,
  '>': (actual, wanted) => actual > wanted,
  '>=': (actual, wanted) => actual >= wanted,
  contains: (actual, wanted) => String(actual).includes(String(wanted)),
  beginswith: (actual, wanted) => String(actual).startsWith(String(wanted)),
  endswith: (actual, wanted) => String(actual).endsWith(String(wanted)),
};

const TOKEN =
  /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(\d+(?:\.\d+)?)|(<=|>=|!=|&&|\|\||[=<>()[\]{}!,])|([A-Za-z_][\w.:]*))/y;

interface Token {
  kind: 'text' | 'number' | 'sign' | 'word' | 'end';
  text: string;
}

/**
 * Compiles a filter expression.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html
 * @throws AwsError InvalidRequestException when it is none; UnsupportedOperation for `edge`, groups and other keywords
 * that this account has not
 */
export function compileFilter(expression: string): TraceFilter {
  const tokens = tokensOf(expression);
  let at = 0;
  const peek = () => tokens[at] as Token;
  const next = () => tokens[at++] as Token;

  function takes(...texts: readonly string[]): boolean {
    const { kind, text } = peek();
    if (kind === 'text' || !texts.includes(text.toLowerCase())) return false;
    at++;
    return true;
  }

  function expect(text: string): void {
    if (!takes(text)) throw invalid(`'${text}' expected before '${peek().text}'`);
  }

  function either(): TraceFilter {
    let filter = both();
    while (takes('or', '||')) {
      const [left, right] = [filter, both()];
      filter = (trace) => left(trace) || right(trace);
    }
    return filter;
  }

  function both(): TraceFilter {
    let filter = one();
    while (takes('and', '&&')) {
      const [left, right] = [filter, one()];
      filter = (trace) => left(trace) && right(trace);
    }
    return filter;
  }

  function one(): TraceFilter {
    if (takes('!', 'not')) {
      const filter = one();
      return (trace) => !filter(trace);
    }
    if (takes('(')) {
      const filter = either();
      expect(')');
      return filter;
    }
    return condition();
  }

  function condition(): TraceFilter {
    const { kind, text } = next();
    if (kind !== 'word') throw invalid(`a keyword expected, not '${text}'`);
    if (text === 'service') return service();
    const values = keyword(text);
    const comparison = COMPARISONS[peek().kind === 'text' ? '' : peek().text.toLowerCase()];
    // A keyword alone asks whether it is there, and true.
    if (!comparison) return (trace) => values(trace).some((value) => value !== undefined && value !== false);
    at++;
    const wanted = value();
    return (trace) => values(trace).some((actual) => actual !== undefined && comparison(actual, wanted));
  }

  function keyword(text: string): Keyword {
    if (text.startsWith('annotation.')) return annotation(text.slice('annotation.'.length));
    if (text === 'annotation') {
      expect('[');
      const { text: key } = next();
      expect(']');
      return annotation(key);
    }
    const known = KEYWORDS[text.toLowerCase()];
    if (!known) throw notSupported(`The keyword ${text} in a filter expression of X-Ray`);
    return known;
  }

  /** `service("name")`, also with a filter of its own in braces. */
  function service(): TraceFilter {
    let name: string | undefined;
    if (takes('(')) {
      name = next().text;
      if (takes(',')) throw notSupported('A second argument of service() in a filter expression of X-Ray');
      expect(')');
    }
    let inner: TraceFilter = () => true;
    if (takes('{')) {
      inner = either();
      expect('}');
    }
    const isIt = (segment: SegmentDocument) => name === undefined || segment.name === name;
    return (trace) =>
      trace.segments.some((segment) => isIt(segment) && inner({ ...trace, segments: [segment] }));
  }

  function value(): Annotation {
    const { kind, text } = next();
    if (kind === 'number') return Number(text);
    if (kind === 'text') return text;
    if (kind === 'word' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
    throw invalid(`a value expected, not '${text}'`);
  }

  const filter = either();
  if (peek().kind !== 'end') throw invalid(`'${peek().text}' was not expected`);
  return filter;
}

function isOk({ HasError, HasFault }: TraceSummary): boolean {
  return !HasError && !HasFault;
}

function annotation(key: string): Keyword {
  return (trace) => parts(trace).map(({ annotations }) => annotations?.[key]);
}

function tokensOf(expression: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const source = expression.trimEnd();
  while (TOKEN.lastIndex < source.length) {
    const from = TOKEN.lastIndex;
    const found = TOKEN.exec(source);
    if (!found) throw invalid(`'${source.slice(from).trim()[0]}' was not expected`);
    const [, text, number, sign, word] = found;
    if (text !== undefined) tokens.push({ kind: 'text', text: text.slice(1, -1).replace(/\\(.)/g, '$1') });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else tokens.push({ kind: 'word', text: word ?? '' });
  }
  return [...tokens, { kind: 'end', text: 'the end' }];
}

function invalid(reason: string): AwsError {
  return new AwsError('InvalidRequestException', `Invalid filter expression: ${reason}.`);
}
