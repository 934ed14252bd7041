import type { Principal } from '../service.ts';

/** One question to the policies: may this principal do this to that? */
export interface AccessRequest {
  principal: Principal;
  action: string;
  resource: string;
  /** Policy document on the resource itself, as JSON. */
  resourcePolicy?: string;
  /** Condition keys of the request, lower-case: `aws:sourcearn`, `aws:principalarn` … */
  context: Readonly<Record<string, string>>;
}

export type Decision =
  | { allowed: true }
  | {
      allowed: false;
      /** An explicit Deny, or no Allow. */
      reason: 'explicit' | 'implicit';
      /** AWS's words, naming principal, action and resource. */
      message: string;
    };

/** The part of IAM that every call passes. */
export interface Access {
  decide(request: AccessRequest): Decision;
}
