import { RemovalPolicy } from 'aws-cdk-lib';
import { type Attribute, AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';

export class OrderTables extends Construct {
  readonly orders: Table;
  readonly ledger: Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.orders = this.#table('Orders', 'orderId');
    this.ledger = this.#table('Ledger', 'orderId', 'effectId');
  }

  #table(id: string, partitionKey: string, sortKey?: string): Table {
    return new Table(this, id, {
      partitionKey: text(partitionKey),
      sortKey: sortKey ? text(sortKey) : undefined,
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}

function text(name: string): Attribute {
  return { name, type: AttributeType.STRING };
}
