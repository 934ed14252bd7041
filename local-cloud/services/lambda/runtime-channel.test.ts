import { connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Answer, openChannel, type RuntimeChannel } from './runtime-channel.ts';

let account: Socket;
let environment: Socket;
let channel: RuntimeChannel;
let told: (string | Answer)[];

beforeEach(async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  environment = connect(address.port, '127.0.0.1');
  account = await accepted;
  server.close();
  told = [];
  channel = openChannel(account, {
    onReady: (preloadMs, maxRssKb) => told.push(`ready after ${preloadMs} with ${maxRssKb}`),
    onAnswer: (answer) => told.push(answer),
    onNonsense: () => told.push('nonsense'),
  });
});
afterEach(() => {
  account.destroy();
  environment.destroy();
});

function message(header: string | object, body = ''): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32LE(text.length, 0);
  prefix.writeUInt32LE(Buffer.byteLength(body), 4);
  return Buffer.concat([prefix, text, Buffer.from(body)]);
}

const heard = (count: number) => expect.poll(() => told.length).toBe(count);

it('tells that the handler is loaded, not that the process waits for one', async () => {
  environment.write(message({ type: 'waiting' }));
  environment.write(message({ type: 'ready', preloadMs: 12, maxRssKb: 40_000 }));
  await heard(1);
  expect(told).toEqual(['ready after 12 with 40000']);
});

it('hands on an answer with what the invocation used', async () => {
  environment.write(
    message(
      { type: 'response', requestId: 'r-1', cpuUs: 900, maxRssKb: 50_000, hasThreads: true },
      '{"tea":"茶"}',
    ),
  );
  await heard(1);
  expect(told).toMatchObject([
    {
      kind: 'response',
      requestId: 'r-1',
      body: Buffer.from('{"tea":"茶"}'),
      cpuUs: 900,
      maxRssKb: 50_000,
      hasThreads: true,
    },
  ]);
});

it('puts messages together that come in pieces, and takes those apart that come at once', async () => {
  const bytes = Buffer.concat([
    message({ type: 'ready' }),
    message({ type: 'error', requestId: 'r-1' }, '{}'),
    message({ type: 'response', requestId: 'r-2' }, 'x'.repeat(100)),
  ]);
  for (const byte of bytes) {
    environment.write(Buffer.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await heard(3);
  environment.write(bytes);
  await heard(6);
  expect(told.slice(3)).toEqual(told.slice(0, 3));
});

it('keeps 64 MB of an answer, and what follows is a message again', async () => {
  const large = Buffer.alloc(65 * 1024 * 1024, 'x');
  const prefix = message({ type: 'response', requestId: 'r-1' });
  prefix.writeUInt32LE(large.length, 4);
  // The limit lies within a piece.
  environment.write(Buffer.concat([prefix, large]));
  environment.write(message({ type: 'response', requestId: 'r-2' }, 'null'));
  await heard(2);
  expect(told).toMatchObject([{ requestId: 'r-1' }, { requestId: 'r-2', body: Buffer.from('null') }]);
  expect((told[0] as Answer).body).toHaveLength(64 * 1024 * 1024);
});

it.each([
  ['no JSON', message('ready')],
  ['an unknown type', message({ type: 'bye' })],
  ['a header beyond all measure', Buffer.alloc(8, 0xff)],
])('tells once of %s, and hears nothing more', async (_, bytes) => {
  environment.write(bytes);
  await heard(1);
  environment.write(message({ type: 'ready' }));
  environment.end();
  await new Promise((resolve) => account.once('end', resolve));
  expect(told).toEqual(['nonsense']);
});

it('gives an invocation as a header and the event as it is', async () => {
  channel.give({
    requestId: 'r-1',
    event: Buffer.from('{"tea":"茶"}'),
    deadlineMs: 3000,
    functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:orders',
    cloudTimeMs: 1000,
  });
  const [chunk] = (await new Promise<Buffer[]>((resolve) => {
    environment.once('data', (data: Buffer) => resolve([data]));
  })) as [Buffer];
  const headerEnd = 8 + chunk.readUInt32LE(0);
  expect(JSON.parse(chunk.toString('utf8', 8, headerEnd))).toMatchObject({
    requestId: 'r-1',
    cloudTimeMs: 1000,
  });
  expect(chunk.toString('utf8', headerEnd)).toBe('{"tea":"茶"}');
  expect(chunk.readUInt32LE(4)).toBe(Buffer.byteLength('{"tea":"茶"}'));
});
