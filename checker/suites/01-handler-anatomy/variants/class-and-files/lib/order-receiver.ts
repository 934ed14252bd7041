import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { InvalidOrder } from './invalid-order.ts';
import type { Logger } from './logger.ts';
import { Order } from './order.ts';
import type { OrderRepository } from './order-repository.ts';

export class OrderReceiver {
  readonly #orders: OrderRepository;

  constructor(orders: OrderRepository) {
    this.#orders = orders;
  }

  async receive(event: APIGatewayProxyEventV2, log: Logger): Promise<APIGatewayProxyStructuredResultV2> {
    log.info(`${event.requestContext.http.method} ${event.rawPath}`);
    try {
      return this.#answer(200, await this.#orders.save(this.#read(event), 'RECEIVED'));
    } catch (error) {
      if (error instanceof InvalidOrder) {
        log.warn(error.message);
        return this.#answer(400, { error: error.message });
      }
      log.error('unexpected', error);
      return this.#answer(500, { error: 'Internal error' });
    }
  }

  #read({ body, isBase64Encoded }: APIGatewayProxyEventV2): Order {
    if (!body) throw new InvalidOrder('$', 'is missing');
    const text = isBase64Encoded ? new TextDecoder().decode(Buffer.from(body, 'base64')) : body;
    let source: unknown;
    try {
      source = JSON.parse(text);
    } catch {
      throw new InvalidOrder('$', 'is no JSON');
    }
    return new Order(source);
  }

  #answer(statusCode: number, content: object): APIGatewayProxyStructuredResultV2 {
    return { statusCode, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(content) };
  }
}
