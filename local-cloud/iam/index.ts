export type { Access, AccessRequest, Decision } from './access.ts';
export { createAccess, type IdentityPolicies } from './evaluate.ts';
export { type Policy, type PolicyKind, parsePolicy } from './policy.ts';
