import { describe, expect, it } from 'vitest';
import { readOptions, UsageError, wantsJson } from './options.ts';

const read = (...args: string[]) => readOptions(args, '/called/from');

it('without arguments: all labs, printed for a person, on the local target', () => {
  expect(read()).toMatchObject({ labs: [], reporter: 'pretty', seed: 42, target: 'local', watch: false });
});

it.each([
  [['--source', 'solutions'], { source: '/called/from/solutions' }],
  [['--source', '/absolute'], { source: '/absolute' }],
  [['--kind', 'handler, live'], { kinds: ['handler', 'live'] }],
  [['--json'], { reporter: 'json' }],
  [['--reporter', 'junit'], { reporter: 'junit' }],
  [['7', 'sqs-batch', '--bail'], { labs: ['7', 'sqs-batch'], bail: true }],
])('%j', (args, expected) => {
  expect(read(...args)).toMatchObject(expected);
});

describe('one clear line for', () => {
  it.each([
    [['--kind', 'unit'], '--kind: must be of handler, stack, live'],
    [['--reporter', 'xml'], '--reporter: must be one of pretty, json, junit, github'],
    [['--seed', 'x'], '--seed:'],
    [['--target', 'aws'], 'not yet available'],
    [['--target', 'http://127.0.0.1:4566'], 'not yet available'],
    [['--target', 'mars'], 'must be local, aws or a URL'],
    [['--jsn'], "Unknown option '--jsn'"],
    [['--source'], '--source'],
  ])('%j', (args, message) => {
    const attempt = () => read(...args);
    expect(attempt).toThrow(UsageError);
    expect(attempt).toThrow(message);
  });
});

it.each([
  [['--json'], true],
  [['--reporter', 'json'], true],
  [['--reporter=json', '--nonsense'], true],
  [['--reporter', 'pretty'], false],
])('whether %j wants JSON: %s', (args, json) => {
  expect(wantsJson(args)).toBe(json);
});
