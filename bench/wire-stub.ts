import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const BODY = '{"orderId":"A-1"}';
const md5 = createHash('md5').update(BODY).digest('hex');

/** What an account answers to the calls of the benchmark, without doing anything: the fastest that the SDK can be. */
const answers: Record<string, object> = {
  CreateQueue: { QueueUrl: 'http://localhost/123456789012/bench' },
  SendMessage: { MessageId: 'f3c1', MD5OfMessageBody: md5 },
  ReceiveMessage: { Messages: [{ MessageId: 'f3c1', ReceiptHandle: 'handle', Body: BODY, MD5OfBody: md5 }] },
  DeleteMessage: {},
  CreateTable: { TableDescription: { TableName: 'bench' } },
  PutItem: {},
  GetItem: { Item: { orderId: { S: 'A-1' }, totalCents: { N: '1998' } } },
};

const server = createServer((request, response) => {
  const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
  request.resume().on('end', () => {
    const body = JSON.stringify(answers[operation] ?? {});
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'content-length': body.length });
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () =>
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
);
