// The environment's side of the Runtime API. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
import http from 'node:http';
import { preloadMs } from './variables.mjs';

const agent = new http.Agent({ keepAlive: true });
// Kept: tracers replace it in the module, and Lambda's own calls are no part of a trace.
const httpRequest = http.request;

export async function nextInvocation() {
  const { headers, body } = await send('GET', '/invocation/next', undefined, {
    'local-cloud-preload-ms': String(preloadMs),
  });
  return {
    event: body,
    requestId: headers['lambda-runtime-aws-request-id'],
    deadlineMs: Number(headers['lambda-runtime-deadline-ms']),
    functionArn: headers['lambda-runtime-invoked-function-arn'],
    traceId: headers['lambda-runtime-trace-id'],
    clientContext: headers['lambda-runtime-client-context'],
    cognitoIdentity: headers['lambda-runtime-cognito-identity'],
    cloudTimeMs: Number(headers['local-cloud-time']),
  };
}

/** @param {{ cpuUs: number }} usage CPU time of the invocation in microseconds */
export function postResponse(requestId, body, usage) {
  return send('POST', `/invocation/${requestId}/response`, body, usageHeaders(usage));
}

export function postError(requestId, body, usage) {
  return send('POST', `/invocation/${requestId}/error`, body, usageHeaders(usage));
}

export function postInitError(body) {
  return send('POST', '/init/error', body);
}

function usageHeaders({ cpuUs }) {
  return {
    'local-cloud-cpu-us': String(cpuUs),
    'local-cloud-max-rss-kb': String(process.resourceUsage().maxRSS),
  };
}

/** Known once the process knows its variables, not when this file is loaded. */
let base;

function send(method, path, body, headers = {}) {
  // Clients put the variable behind `http://`: it is a host, and here also a path of the environment's own.
  base ??= new URL(`http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`);
  return new Promise((resolve) => {
    const options = {
      host: base.hostname,
      port: base.port,
      method,
      path: base.pathname + path,
      agent,
      headers,
    };
    const request = httpRequest(options, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => {
        // Nobody knows this environment any more.
        if (response.statusCode >= 400) abandon();
        resolve({ headers: response.headers, body: Buffer.concat(chunks).toString('utf8') });
      });
      response.on('error', abandon);
    });
    request.on('error', abandon);
    request.end(body);
  });
}

/** The account has ended, so does the environment. */
function abandon() {
  process.kill(process.pid, 'SIGKILL');
}
