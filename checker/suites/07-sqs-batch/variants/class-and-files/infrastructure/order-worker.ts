import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Construct } from 'constructs';
import type { OrderTables } from './order-tables.ts';

export class OrderWorker extends Construct {
  readonly timeout = Duration.minutes(1);
  readonly function: NodejsFunction;

  constructor(scope: Construct, id: string, { tables }: { tables: OrderTables }) {
    super(scope, id);
    this.function = new NodejsFunction(this, 'Function', {
      entry: join(import.meta.dirname, '..', 'worker.ts'),
      runtime: Runtime.NODEJS_24_X,
      timeout: this.timeout,
      environment: { TABLE_NAME: tables.orders.tableName, LEDGER_TABLE: tables.ledger.tableName },
      bundling: { format: OutputFormat.ESM, minify: true },
    });
    tables.orders.grantReadWriteData(this.function);
    tables.ledger.grantWriteData(this.function);
  }
}
