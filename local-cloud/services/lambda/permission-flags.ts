/**
 * Flags of Node's permission model: a handler reads files, writes only to its own temporary folder, and starts no
 * processes. A real account lets it do more; what fails here says so by name (ERR_ACCESS_DENIED).
 * https://nodejs.org/api/permissions.html
 * @param tmp the environment's own temporary folder, its `/tmp`
 */
export function permissionFlags(tmp: string): string[] {
  const known = process.allowedNodeEnvironmentFlags;
  return [
    known.has('--permission') ? '--permission' : '--experimental-permission',
    '--allow-fs-read=*',
    `--allow-fs-write=${tmp}/*`,
    // From Node 25 on the network is closed unless it is opened.
    ...(known.has('--allow-net') ? ['--allow-net'] : []),
    '--allow-worker',
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=SecurityWarning',
  ];
}

/** A function's variables, where NODE_OPTIONS cannot take the permission model's limits away again. */
export function withoutPermissions(variables: Readonly<Record<string, string>>): Record<string, string> {
  const { NODE_OPTIONS: options, ...others } = variables;
  if (options === undefined) return others;
  const kept = options
    .split(/\s+/)
    .filter((option) => !/^--(allow-|(no-)?(experimental-)?permission)/.test(option));
  return { ...others, NODE_OPTIONS: kept.join(' ') };
}
