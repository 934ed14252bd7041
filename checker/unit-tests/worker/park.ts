/**
 * The first file that the learner's process runs. It loads what every unit test of a handler loads, and waits until
 * there is something to test: so the start of the process is over before a learner saves.
 */
import '@aws-sdk/client-dynamodb';
import '@aws-sdk/lib-dynamodb';
import 'aws-sdk-client-mock';
import { test } from 'vitest';

// Whoever starts this process has to be able to end it, whatever runs in it.
await import(/* @vite-ignore */ `virtual:gate/${process.pid}`);

test('waited', () => {});
