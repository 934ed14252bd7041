import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { OrdersApi } from './infrastructure/orders-api.ts';
import { OrdersTable } from './infrastructure/orders-table.ts';

export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const table = new OrdersTable(this, 'Orders');
    const { url } = new OrdersApi(this, 'Api', table);
    new CfnOutput(this, 'ApiUrl', { value: url });
    new CfnOutput(this, 'TableName', { value: table.tableName });
  }
}
