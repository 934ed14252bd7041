// Lambda's runtime has this before any of the SDK is loaded, which keeps things of its own there.
globalThis.awslambda = {
  streamifyResponse() {
    throw new Error('Response streaming (awslambda.streamifyResponse) is not supported by the local cloud.');
  },
};
