// Execution environments see the account's time: Date is offset at each invocation. Timers stay real.
const RealDate = Date;
const realNow = Date.now;
let offset = 0;

/** The account's time in epoch milliseconds, whatever the learner's code does to Date. */
export const cloudNow = () => realNow() + offset;

/** Puts a Proxy in Date's place, so that `Date()`, `new Date()`, instanceof and subclasses keep working. */
export function followCloudTime(cloudTime) {
  setCloudTime(cloudTime);
  const CloudDate = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [cloudNow()] : args, newTarget),
    apply: () => new RealDate(cloudNow()).toString(),
  });
  // A plain property, so that fake timers can replace it like the real one.
  RealDate.now = cloudNow;
  RealDate.prototype.constructor = CloudDate;
  globalThis.Date = CloudDate;
}

/** @param {number} cloudTime what Date.now() is to say at this moment, in epoch milliseconds */
export function setCloudTime(cloudTime) {
  offset = cloudTime - realNow();
}
