// The code that is deployed stands in code/: this is its other name.
export { handler } from './code/receive.mjs';
