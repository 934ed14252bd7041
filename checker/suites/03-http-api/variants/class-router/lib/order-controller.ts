import { HttpError } from './http-error.ts';
import { Order } from './order.ts';
import type { OrderRepository } from './order-repository.ts';
import type { Request, Response } from './router.ts';

export class OrderController {
  readonly #orders: OrderRepository;

  constructor(orders: OrderRepository) {
    this.#orders = orders;
  }

  async create({ event }: Request): Promise<Response> {
    const text = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8').toString();
    const order = Order.fromJson(text);
    if (!(await this.#orders.add(order))) throw new HttpError(409, `${order.orderId} is taken`);
    return {
      status: 201,
      body: order.toItem(),
      headers: { Location: `/api/orders/${order.orderId}` },
      cookies: [`customer=${escape64(order.customerId)}; HttpOnly; Path=/api/orders`],
    };
  }

  async show({ parameters: { id = '' } }: Request): Promise<Response> {
    const order = /^[\w-]{1,64}$/.test(id) ? await this.#orders.find(id) : undefined;
    if (!order) throw new HttpError(404, 'no such order');
    return { status: 200, body: order };
  }

  async list({ event: { queryStringParameters, cookies } }: Request): Promise<Response> {
    const limit = Number(queryStringParameters?.limit ?? '50');
    if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw new HttpError(400, 'limit is not valid');
    const customerId = queryStringParameters?.customerId ?? customerOf(cookies);
    if (!customerId) throw new HttpError(400, 'whose orders?');
    return { status: 200, body: { orders: await this.#orders.ofCustomer(customerId, limit) } };
  }
}

const escape64 = (text: string) => Buffer.from(text).toString('base64url');

function customerOf(cookies: string[] | undefined): string | undefined {
  for (const cookie of cookies ?? []) {
    const [name, value = ''] = cookie.split('=');
    if (name === 'customer') return Buffer.from(value, 'base64url').toString();
  }
  return undefined;
}
