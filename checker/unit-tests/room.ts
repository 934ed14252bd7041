import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join, posix, relative } from 'node:path';
import type { Plugin } from 'vite';
import { importsOf } from '../authoring/imports.ts';

/** What stands behind the rooms of a run: changes from run to run, while the process that waits stays the same. */
export interface RoomContent {
  /** The learner's files with `given/` (absolute). */
  folder: string;
  /** The handler's source, by room. */
  subjects: readonly string[];
}

export interface Rooms {
  plugin: Plugin;
  /** Path of the test file of a room (absolute); there is no such file, the plugin makes it. */
  testFile(room: number): string;
  /** Where a room's snapshots are: all rooms have the learner's. */
  snapshotFile(testFile: string): string | undefined;
  /** Calls back with the process's id when it waits. */
  onWaiting(tell: (pid: number) => void): void;
  /** Lets the process go on, and gives what was refused since. */
  open(content: RoomContent): { refused: readonly string[] };
  /** Vite does not close while it still loads the module at which the process waits. */
  close(): void;
}

/** Files of Node.js that a unit test of a handler may need; none of them opens a file, a port or a process. */
const harmlessBuiltins =
  /^(node:)?(assert|assert\/strict|buffer|crypto|events|path|timers|timers\/promises|url|util)$/;
const packages =
  /^(vitest|aws-sdk-client-mock(-vitest)?|aws-lambda|@aws-sdk\/(client|lib)-[\w-]+|@aws-sdk\/util-dynamodb|@smithy\/types)$/;
const gate = 'virtual:gate/';

/**
 * Makes the rooms in which the learner's tests run: in each, `./handler` is another handler. All that a test loads
 * passes through here, in the checker's own process: a room holds the learner's files, `given/` and one handler, and
 * no path leads out of it.
 * @param base Vite's root (absolute)
 * @param name folder of the rooms in it; nothing is written there
 */
export function createRooms(base: string, name: string): Rooms {
  const root = join(base, name);
  let content: RoomContent | undefined;
  let refused = new Set<string>();
  let tell: (pid: number) => void = () => {};
  let goOn: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    goOn = resolve;
  });

  /** Refuses for good: the message is told, whatever the test does with the error. */
  function refuse(what: string): never {
    refused.add(what);
    throw new Error(what);
  }

  function resolveInRoom(source: string, importer: string): string | undefined {
    const from = fileOf(importer, root);
    if (!from) return undefined;
    const [path = '', query] = source.split('?');
    const problem = problemOf(source, from.file);
    if (problem) refuse(problem);
    if (!path.startsWith('.') && !path.startsWith(root)) return undefined;
    const target = path.startsWith('.')
      ? posix.join(posix.dirname(importer.split('?')[0] ?? ''), path)
      : path;
    const wanted = fileOf(target, root);
    if (!wanted || wanted.room !== from.room)
      refuse(`${from.file} imports ${source}, which is not in the lab's folder.`);
    const found = isSubject(wanted.file) ? 'handler.ts' : fileIn(content?.folder ?? '', wanted.file);
    if (!found) refuse(`${from.file} imports ${source}, and there is no such file.`);
    return join(root, from.room, found) + (query ? `?${query}` : '');
  }

  return {
    plugin: {
      name: 'rooms',
      enforce: 'pre',
      resolveId(source, importer) {
        if (source.startsWith(gate)) return `\0${source}`;
        // Vite names a file from its own root on.
        const path = source.startsWith(`/${name}/`) ? join(base, source) : source;
        if (fileOf(path, root) && !fileOf(importer ?? '', root)) return path;
        return importer ? resolveInRoom(path, importer) : undefined;
      },
      async load(id) {
        if (id.startsWith(`\0${gate}`)) {
          tell(Number(id.slice(gate.length + 1)));
          await opened;
          return 'export {};';
        }
        const wanted = fileOf(id, root);
        if (!wanted || !content) return undefined;
        if (isSubject(wanted.file)) return withoutSource(content.subjects[Number(wanted.room)] ?? '');
        const text = await readFile(join(content.folder, wanted.file), 'utf8');
        for (const problem of problemsIn(text, wanted.file)) refuse(problem);
        return text;
      },
    },
    testFile: (room) => join(root, String(room), 'handler.test.ts'),
    snapshotFile(testFile) {
      const own = fileOf(testFile, root);
      return own && content && join(content.folder, '__snapshots__', `${own.file}.snap`);
    },
    onWaiting(callback) {
      tell = callback;
    },
    open(next) {
      content = next;
      refused = new Set();
      goOn();
      return {
        get refused() {
          return [...refused];
        },
      };
    },
    close: () => goOn(),
  };
}

/** What a file of the learner reaches for that a unit test has no business with; reading its text is enough. */
function problemsIn(text: string, file: string): readonly string[] {
  const imports = importsOf(text).flatMap((specifier) => problemOf(specifier, file) ?? []);
  const replaced =
    /\bvi\s*\.\s*(?:mock|doMock)\s*\(\s*(?:import\s*\(\s*)?['"`]\.\/handler(?:\.[jt]s)?['"`]/.test(text)
      ? [`${file} replaces ./handler with vi.mock: then it tests its own replacement, and no handler at all.`]
      : [];
  const globbed = /\bimport\.meta\.glob\b/.test(text)
    ? [`${file} uses import.meta.glob. A test of the handler imports ./handler, by name.`]
    : [];
  return [...imports, ...replaced, ...globbed];
}

function problemOf(specifier: string, file: string): string | undefined {
  if (/\?(raw|url|inline|worker)/.test(specifier)) {
    return `${file} imports ${specifier}: that is the text of a file. A test judges what the handler does, not how it is written.`;
  }
  if (specifier.startsWith('.') || specifier.startsWith('/') || specifier.startsWith('\0')) return undefined;
  if (isBuiltin(specifier)) {
    if (harmlessBuiltins.test(specifier)) return undefined;
    return `${file} imports ${specifier}. A unit test of the handler needs no file, port or process: call the handler and look at what it does.`;
  }
  if (packages.test(specifier)) return undefined;
  return `${file} imports ${specifier}. A test of this lab imports ./handler, ./given/deps, its own files, vitest, aws-sdk-client-mock and the AWS SDK.`;
}

/** The room and the file in it that a path means. */
function fileOf(path: string, root: string): { room: string; file: string } | undefined {
  const [clean = ''] = path.replace(/^file:\/\//, '').split('?');
  if (!clean.startsWith(`${root}/`)) return undefined;
  const [room = '', ...parts] = relative(root, clean).replaceAll('\\', '/').split('/');
  return { room, file: parts.join('/') };
}

function isSubject(file: string): boolean {
  return /^handler(\.[jt]s)?$/.test(file);
}

/** As Node.js and TypeScript find it: with or without its ending. */
function fileIn(folder: string, file: string): string | undefined {
  return [file, `${file}.ts`, file.replace(/\.js$/, '.ts'), `${file}.json`, `${file}/index.ts`].find(
    (name) => existsSync(join(folder, name)) && statSync(join(folder, name)).isFile(),
  );
}

/** A bound function has no text: what tells two handlers apart is what they do. */
function withoutSource(source: string): string {
  const exported = 'export async function handler(';
  if (source.split(exported).length !== 2) throw new Error(`A handler to test has one '${exported}'.`);
  return `${source.replace(exported, 'async function handler(')}
const bound = handler.bind(undefined);
Object.defineProperty(bound, 'name', { value: 'handler' });
export { bound as handler };
`;
}
