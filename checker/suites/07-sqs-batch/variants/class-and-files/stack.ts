import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { OrderQueue } from './infrastructure/order-queue.ts';
import { OrderTables } from './infrastructure/order-tables.ts';
import { OrderWorker } from './infrastructure/order-worker.ts';

export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const tables = new OrderTables(this, 'Tables');
    const worker = new OrderWorker(this, 'Worker', { tables });
    const queue = new OrderQueue(this, 'Queue', { worker });

    new CfnOutput(this, 'QueueUrl', { value: queue.queue.queueUrl });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: queue.deadLetters.queueUrl });
    new CfnOutput(this, 'TableName', { value: tables.orders.tableName });
    new CfnOutput(this, 'FunctionName', { value: worker.function.functionName });
    new CfnOutput(this, 'LedgerTableName', { value: tables.ledger.tableName });
  }
}
