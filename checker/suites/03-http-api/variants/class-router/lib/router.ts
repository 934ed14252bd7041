import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { HttpError } from './http-error.ts';

export interface Request {
  event: APIGatewayProxyEventV2;
  parameters: Record<string, string>;
}

export interface Response {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
  cookies?: string[];
}

type Action = (request: Request) => Promise<Response>;

export class Router {
  readonly #paths = new Map<string, { pattern: RegExp; actions: Map<string, Action> }>();

  on(method: string, path: string, action: Action): this {
    const pattern = new RegExp(`^${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
    const known = this.#paths.get(path) ?? { pattern, actions: new Map<string, Action>() };
    known.actions.set(method, action);
    this.#paths.set(path, known);
    return this;
  }

  readonly handler = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    try {
      return this.#render(await this.#dispatch(event));
    } catch (error) {
      if (error instanceof HttpError) {
        const { status, message, headers } = error;
        return this.#render({ status, headers, body: { error: message } });
      }
      console.error(error);
      return this.#render({ status: 500, body: { error: 'Internal error' } });
    }
  };

  #dispatch(event: APIGatewayProxyEventV2): Promise<Response> {
    const { method } = event.requestContext.http;
    for (const { pattern, actions } of this.#paths.values()) {
      const found = pattern.exec(event.rawPath);
      if (!found) continue;
      const action = actions.get(method);
      if (action) return action({ event, parameters: { ...found.groups } });
      throw new HttpError(405, `${method} is not allowed`, { Allow: [...actions.keys()].join(', ') });
    }
    throw new HttpError(404, 'not found');
  }

  #render({ status, body, headers, cookies }: Response): APIGatewayProxyStructuredResultV2 {
    return {
      statusCode: status,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      ...(cookies && { cookies }),
    };
  }
}
