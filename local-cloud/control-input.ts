import { z } from 'zod';

/** The names of the operations of each service, by the service's name in faults and in the journal. */
export type OperationNames = ReadonlyMap<string, readonly string[]>;

/**
 * Makes the schemas of what the control endpoint's actions take. A name that nothing in the account has is refused:
 * a fault for it would never strike, and a test with it would pass for the wrong reason.
 */
export function createControlInput(operations: OperationNames) {
  const service = z.string().refine((name) => operations.has(name), {
    error: ({ input }) =>
      `there is no service ${input}; there are ${[...operations.keys()].sort().join(', ')}`,
  });
  const knownOperations = <Input extends { service: string; operation?: string | string[] }>(
    input: Input,
    context: z.RefinementCtx<Input>,
  ): void => {
    const known = operations.get(input.service);
    if (!known) return;
    for (const operation of [input.operation ?? []].flat()) {
      if (known.includes(operation)) continue;
      context.addIssue({
        code: 'custom',
        path: ['operation'],
        message: `${input.service} has no operation ${operation} in this account`,
      });
    }
  };
  const pattern = {
    service,
    operation: z.union([text, z.array(text).min(1)], 'takes a name, or a list of names').optional(),
    match: z.union([part, z.array(part).min(1)], 'takes a part of an input, or a list of parts').optional(),
    times: count.optional(),
  };
  const error = z.strictObject({
    kind: z.literal('error'),
    ...pattern,
    code: text,
    message: z.string().optional(),
    status: z.int().min(400).max(599).optional(),
    afterEffect: z.boolean().optional(),
  });
  const latency = z.strictObject({
    kind: z.literal('latency'),
    ...pattern,
    ms: milliseconds,
    together: count.optional(),
  });
  const paged = z.enum(['Query', 'Scan'], 'takes Query or Scan');
  const shortPage = z.strictObject({
    kind: z.literal('short-page'),
    ...pattern,
    service: z.literal('dynamodb'),
    operation: z.union([paged, z.array(paged).min(1)], 'takes Query, Scan or both').optional(),
    items: count,
  });

  return {
    nothing: z.strictObject({}),
    work: z.strictObject({ workId: text }),
    wait: z.strictObject({
      until: z.number().optional(),
      within: milliseconds.optional(),
      afterSeq: z.int().optional(),
      workId: text.optional(),
    }),
    advance: z.strictObject({ ms: milliseconds, workId: text.optional() }),
    fault: z
      .discriminatedUnion('kind', [error, latency, shortPage], 'takes error, latency or short-page')
      .superRefine(knownOperations),
    killAfter: z
      .strictObject({ functionName: text, service, operation: text.optional(), calls: count.optional() })
      .superRefine(knownOperations),
    failEntries: z.strictObject({
      detailContains: z.string().optional(),
      times: count.optional(),
      errorCode: text.optional(),
      errorMessage: z.string().optional(),
    }),
    occupy: z.strictObject({ functionName: text, slots: count }),
    killEnvironments: z.strictObject({ functionName: text }),
    undo: z.strictObject({ id: text }),
    journal: z.strictObject({ after: z.int().optional() }),
  };
}

const text = z.string().min(1);
const part = z.record(z.string(), z.unknown());
const count = z.int().positive();
const milliseconds = z.number().nonnegative();

/**
 * Reads the body of a control request.
 * @throws Error that names each member that is wrong, and how
 */
export function readInput<Output>(schema: z.ZodType<Output>, body: string): Output {
  const result = schema.safeParse(parse(body));
  if (result.success) return result.data;
  const wrong = result.error.issues.map(({ path, message }) => [...path, message].join(': '));
  throw new Error(`The input is wrong. ${wrong.join('; ')}.`);
}

function parse(body: string): unknown {
  try {
    return body === '' ? {} : JSON.parse(body);
  } catch {
    throw new Error('The body is no JSON.');
  }
}
