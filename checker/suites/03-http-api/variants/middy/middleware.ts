import type { Logger } from '@aws-lambda-powertools/logger';
import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

export class HttpError extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}

type Middleware = MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>;
const type = { 'content-type': 'application/json' };

export function errors(logger: Logger): Middleware {
  return {
    onError: (request) => {
      const { error } = request;
      if (error instanceof HttpError) {
        logger.warn(error.message);
        request.response = {
          statusCode: error.statusCode,
          headers: { ...type, ...error.headers },
          body: JSON.stringify({ error: error.message }),
        };
      } else {
        logger.error('failed', error as Error);
        request.response = { statusCode: 500, headers: type, body: '{"error":"Internal error"}' };
      }
    },
  };
}

export function jsonOut(): Middleware {
  return {
    after: (request) => {
      const { json, ...rest } = request.response as APIGatewayProxyStructuredResultV2 & { json?: unknown };
      request.response = { ...rest, headers: { ...type, ...rest.headers }, body: JSON.stringify(json) };
    },
  };
}
