import { OrderController } from './lib/order-controller.ts';
import { OrderRepository } from './lib/order-repository.ts';
import { Router } from './lib/router.ts';

const controller = new OrderController(new OrderRepository(process.env.TABLE_NAME ?? ''));

const router = new Router()
  .on('POST', '/api/orders', (request) => controller.create(request))
  .on('GET', '/api/orders', (request) => controller.list(request))
  .on('GET', '/api/orders/{id}', (request) => controller.show(request));

export const handler = router.handler;
