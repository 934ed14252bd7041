import { createSocket } from 'node:dgram';
import { describe, expect, it } from 'vitest';
import { testLambda } from './testing.ts';

type Segment = Record<string, unknown> & { subsegments?: Segment[] };

const ROOT = '1-6910a000-0123456789abcdef01234567';
const answers = 'export const handler = async () => process.env._X_AMZN_TRACE_ID;';
/** Sends a subsegment to the daemon, as the X-Ray SDK does. */
const sends = `
  import { createSocket } from 'node:dgram';
  export const handler = async () => {
    const [, traceId, parentId] = /Root=([^;]+);Parent=([^;]+)/.exec(process.env._X_AMZN_TRACE_ID);
    const [host, port] = process.env.AWS_XRAY_DAEMON_ADDRESS.split(':');
    const now = Date.now() / 1000;
    const segment = { name: 'store-order', id: 'abcdefabcdefabcd', trace_id: traceId, parent_id: parentId,
      type: 'subsegment', start_time: now, end_time: now, annotations: { orderId: 'o-1' } };
    const socket = createSocket('udp4');
    await new Promise((resolve) => socket.send('{"format":"json","version":1}\\n' + JSON.stringify(segment), Number(port), host, resolve));
    socket.close();
  };`;

/** A function that is traced, and what X-Ray has of it. */
async function traced(code: string, { allows = () => true }: { allows?: (action: string) => boolean } = {}) {
  const lambda = testLambda({ allows });
  const FunctionName = await lambda.create(code, { TracingConfig: { Mode: 'Active' } });
  return {
    ...lambda,
    name: FunctionName,
    async segments(): Promise<Segment[]> {
      const now = Date.now();
      const { TraceSummaries = [] } = await lambda.xray.GetTraceSummaries(
        { StartTime: new Date(now - 3_600_000), EndTime: new Date(now + 60_000), TimeRangeType: 'Event' },
        lambda.call(),
      );
      const TraceIds = TraceSummaries.map(({ Id = '' }) => Id).slice(0, 5);
      const { Traces = [] } = await lambda.xray.BatchGetTraces({ TraceIds }, lambda.call());
      return Traces.flatMap(({ Segments = [] }) =>
        Segments.map(({ Document = '' }) => JSON.parse(Document) as Segment),
      );
    },
  };
}

describe('an invocation that is sampled', () => {
  it('has a segment of Lambda and one of the function, with its parts', async () => {
    await using lambda = await traced(answers);
    await lambda.invoke(lambda.name);
    const [service, run] = await lambda.segments();
    expect(service).toMatchObject({
      name: lambda.name,
      origin: 'AWS::Lambda',
      http: { response: { status: 200 } },
    });
    expect(run).toMatchObject({ origin: 'AWS::Lambda::Function', parent_id: service?.id });
    expect(run?.subsegments?.map(({ name }) => name)).toEqual(['Initialization', 'Invocation', 'Overhead']);
  });

  it('has no initialization in an environment that is used again', async () => {
    await using lambda = await traced(answers);
    const traceHeader = `Root=${ROOT};Sampled=1`;
    await lambda.invoke(lambda.name, {}, {}, { traceHeader: `Root=${ROOT};Sampled=0` });
    await lambda.invoke(lambda.name, {}, {}, { traceHeader });
    const [, run] = await lambda.segments();
    expect(run?.subsegments?.map(({ name }) => name)).toEqual(['Invocation', 'Overhead']);
  });

  it('tells the handler its trace, as the child of the part that runs it', async () => {
    await using lambda = await traced(answers);
    const { value } = await lambda.invoke(lambda.name);
    const [service, run] = await lambda.segments();
    const invocation = run?.subsegments?.find(({ name }) => name === 'Invocation');
    expect(value).toMatch(`Root=${service?.trace_id};Parent=${invocation?.id};Sampled=1`);
  });

  it('says so in the report', async () => {
    await using lambda = await traced(answers);
    const { log } = await lambda.invoke(lambda.name);
    const [, run] = await lambda.segments();
    expect(log).toContain(`XRAY TraceId: ${run?.trace_id}\tSegmentId: ${run?.id}\tSampled: true\t\n`);
  });

  it('is a fault when the handler throws, with the error', async () => {
    await using lambda = await traced("export const handler = async () => { throw new TypeError('no'); };");
    await lambda.invoke(lambda.name);
    const [service, run] = await lambda.segments();
    expect([service?.fault, run?.fault]).toEqual([true, true]);
    expect(run?.subsegments?.find(({ name }) => name === 'Invocation')).toMatchObject({
      fault: true,
      cause: { exceptions: [{ type: 'TypeError', message: 'no' }] },
    });
  });

  it('is throttled where there is no concurrency left', async () => {
    await using lambda = await traced(answers);
    await lambda.lambda.PutFunctionConcurrency(
      { FunctionName: lambda.name, ReservedConcurrentExecutions: 0 },
      lambda.call(),
    );
    await expect(lambda.invoke(lambda.name)).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    expect(await lambda.segments()).toMatchObject([
      { origin: 'AWS::Lambda', throttle: true, http: { response: { status: 429 } } },
    ]);
  });

  it('goes on with the trace of its caller', async () => {
    await using lambda = await traced(answers);
    const traceHeader = `Root=${ROOT};Parent=53995c3f42cd8ad8;Sampled=1`;
    await lambda.invoke(lambda.name, {}, {}, { traceHeader });
    expect(await lambda.segments()).toMatchObject([
      { trace_id: ROOT, parent_id: '53995c3f42cd8ad8' },
      { trace_id: ROOT },
    ]);
  });
});

describe('what a handler sends to the daemon', () => {
  it('stands under the part that runs it', async () => {
    await using lambda = await traced(sends);
    await lambda.invoke(lambda.name);
    const [, run] = await lambda.segments();
    const invocation = run?.subsegments?.find(({ name }) => name === 'Invocation');
    expect(invocation?.subsegments).toMatchObject([{ name: 'store-order', annotations: { orderId: 'o-1' } }]);
  });

  it('is lost without the right to put segments, and so is what Lambda sends', async () => {
    await using lambda = await traced(sends, { allows: (action) => action !== 'xray:PutTraceSegments' });
    expect(await lambda.invoke(lambda.name)).not.toHaveProperty('functionError', 'Unhandled');
    expect(await lambda.segments()).toEqual([]);
    expect(lambda.journal('denial')).toMatchObject([
      { action: 'xray:PutTraceSegments' },
      { action: 'xray:PutTraceSegments' },
    ]);
  });

  it('is ignored when it is of no invocation here', async () => {
    await using lambda = await traced(
      'export const handler = async () => process.env.AWS_XRAY_DAEMON_ADDRESS;',
    );
    const { value } = await lambda.invoke(lambda.name);
    const [, port] = String(value).split(':');
    const socket = createSocket('udp4');
    for (const text of ['{"format":"json","version":1}\n{', 'no header', '{"format":"json"}\n{}']) {
      await new Promise((resolve) => socket.send(text, Number(port), '127.0.0.1', resolve));
    }
    socket.close();
    await lambda.invoke(lambda.name);
    expect(lambda.journal('denial')).toEqual([]);
  });
});

describe('an invocation is not sampled', () => {
  it('when its caller has decided so', async () => {
    await using lambda = await traced(answers);
    const traceHeader = `Root=${ROOT};Sampled=0`;
    const { value, log } = await lambda.invoke(lambda.name, {}, {}, { traceHeader });
    expect(value).toContain('Sampled=0');
    expect(log).not.toContain('XRAY');
    expect(await lambda.segments()).toEqual([]);
  });

  it('when the function is not traced and nobody has decided', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(answers);
    const { value } = await lambda.invoke(name);
    expect(value).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0/);
  });

  it('when it is the second of its second, but for five in a hundred', async () => {
    await using lambda = await traced(answers);
    const sampled: boolean[] = [];
    for (let index = 0; index < 20; index++) {
      const { value } = await lambda.invoke(lambda.name);
      sampled.push(String(value).includes('Sampled=1'));
    }
    expect(sampled[0]).toBe(true);
    expect(sampled.filter(Boolean).length).toBeLessThan(20);
  });
});
