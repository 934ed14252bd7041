import { join, resolve } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { findLab, type Lab, loadCatalog } from '../catalog.ts';
import { requireSource } from '../cli/labs.ts';
import { WorkshopError } from './folders.ts';

/** What a command is called with, and where it says what. */
export interface FrontDoorContext {
  /** The checkout. */
  root: string;
  /** Folder in which the command was called (absolute). */
  calledFrom: string;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  /** Takes lines of the result, for standard output. */
  print: (line: string) => void;
  /** Takes lines about what is going on, for standard error. */
  say: (line: string) => void;
}

/** A command that works with a lab's stack; it gets what follows its name. */
export type FrontDoor = (args: readonly string[], context: FrontDoorContext) => Promise<0 | 1 | 2>;

type OptionsConfig = NonNullable<ParseArgsConfig['options']>;

const common = { help: { type: 'boolean', short: 'h', default: false } } as const;

/**
 * Reads a command's arguments.
 * @param usage the command's help; `--help` prints it
 * @param most how many arguments may follow the options
 * @returns undefined when help was asked for and printed
 * @throws WorkshopError for an option or argument that the command does not have
 */
export function readArguments<Options extends OptionsConfig>(
  args: readonly string[],
  options: Options,
  { usage, most = 1, print }: { usage: string; most?: number; print: (line: string) => void },
) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...options, ...common },
    });
    if ((values as { help?: boolean }).help) {
      print(usage);
      return undefined;
    }
    if (positionals.length > most)
      throw new Error(`Too many arguments: ${positionals.slice(most).join(' ')}`);
    return { values, positionals };
  } catch (error) {
    // Node adds advice on how to pass what looks like an option, which does not help here.
    const problem = (error instanceof Error ? error.message : String(error)).split('. To specify')[0];
    throw new WorkshopError(`${problem}\n\n${usage}`);
  }
}

/**
 * Finds the lab that a command names.
 * @throws WorkshopError listing the labs when there is no such lab, or none was named
 */
export async function requireLab(root: string, name: string | undefined, command: string): Promise<Lab> {
  const labs = await loadCatalog(root);
  const known = labs.map(({ slug }) => slug).join(', ');
  if (name === undefined)
    throw new WorkshopError(`Which lab? npm run workshop -- ${command} <lab>. There are: ${known}.`);
  const lab = findLab(labs, name);
  if (lab === undefined) throw new WorkshopError(`There is no lab ${name}. There are: ${known}.`);
  return lab;
}

/**
 * The folder that holds `<slug>/` of each lab: `labs/`, or the one given with `--source`.
 * @throws UsageError when the given one does not hold the lab
 */
export async function sourceFolder(
  { root, calledFrom }: FrontDoorContext,
  lab: Lab,
  given: string | undefined,
): Promise<string> {
  if (given === undefined) return join(root, 'labs');
  const source = resolve(calledFrom, given);
  await requireSource(source, [lab]);
  return source;
}
