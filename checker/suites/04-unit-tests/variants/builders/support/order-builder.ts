interface Item {
  sku: unknown;
  quantity: unknown;
  unitPriceCents: unknown;
}

/** Builds an order, step by step; a good one unless told otherwise. */
export class OrderBuilder {
  readonly #fields: Record<string, unknown> = { orderId: 'built-1', customerId: 'customer-9' };
  readonly #items: Item[] = [];

  with(name: string, value: unknown): this {
    this.#fields[name] = value;
    return this;
  }

  without(name: string): this {
    delete this.#fields[name];
    return this;
  }

  item(quantity: unknown, unitPriceCents: unknown, sku: unknown = 'SKU'): this {
    this.#items.push({ sku, quantity, unitPriceCents });
    return this;
  }

  build(): Record<string, unknown> {
    return { ...this.#fields, items: this.#items };
  }
}
