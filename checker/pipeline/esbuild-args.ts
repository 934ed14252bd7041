import type { BuildOptions, Loader } from 'esbuild';
import { StageFailure } from './failure.ts';

/**
 * Turns esbuild's command line, as CDK writes it for NodejsFunction, into options of its API.
 * @param args for example `--target=node22`, `--external:@aws-sdk/*`
 * @throws StageFailure naming a flag that the checker does not know
 * @see https://esbuild.github.io/api/
 */
export function optionsFromArgs(args: readonly string[]): BuildOptions {
  const options: BuildOptions = { external: [] };
  for (const arg of args) {
    const [, name = '', separator, value = ''] = /^--([a-z-]+)(?:([:=])([\s\S]*))?$/.exec(arg) ?? [];
    const read = separator === ':' ? keyedFlags[name] : flags[name];
    if (!read) {
      throw new StageFailure(
        'tool',
        `stack.ts bundles with esbuild's option ${arg}, which the checker does not support.`,
      );
    }
    read(options, value);
  }
  return options;
}

type Reader = (options: BuildOptions, value: string) => void;

/** `--name` and `--name=value` */
const flags: Record<string, Reader> = {
  target: (options, value) => {
    options.target = value.split(',');
  },
  platform: () => {},
  outfile: (options, value) => {
    options.outfile = value;
  },
  format: (options, value) => {
    options.format = value as BuildOptions['format'];
  },
  minify: (options, value) => {
    options.minify = value !== 'false';
  },
  'minify-syntax': (options) => {
    options.minifySyntax = true;
  },
  'minify-whitespace': (options) => {
    options.minifyWhitespace = true;
  },
  'minify-identifiers': (options) => {
    options.minifyIdentifiers = true;
  },
  sourcemap: (options, value) => {
    options.sourcemap = value === '' ? true : (value as 'inline' | 'external' | 'linked' | 'both');
  },
  'sources-content': (options, value) => {
    options.sourcesContent = value !== 'false';
  },
  'keep-names': (options) => {
    options.keepNames = true;
  },
  'tree-shaking': (options, value) => {
    options.treeShaking = value !== 'false';
  },
  'main-fields': (options, value) => {
    options.mainFields = value.split(',');
  },
  conditions: (options, value) => {
    options.conditions = value.split(',');
  },
  charset: (options, value) => {
    options.charset = value as BuildOptions['charset'];
  },
  'legal-comments': (options, value) => {
    options.legalComments = value as BuildOptions['legalComments'];
  },
  packages: (options, value) => {
    options.packages = value as BuildOptions['packages'];
  },
  // What is printed and measured changes nothing in the bundle.
  'log-level': () => {},
  metafile: () => {},
};

/** `--name:value` and `--name:key=value` */
const keyedFlags: Record<string, Reader> = {
  external: (options, value) => {
    options.external?.push(value);
  },
  inject: (options, value) => {
    options.inject = [...(options.inject ?? []), value];
  },
  define: (options, value) => {
    const [key, defined] = splitOnce(value);
    options.define = { ...options.define, [key]: defined };
  },
  alias: (options, value) => {
    const [key, target] = splitOnce(value);
    options.alias = { ...options.alias, [key]: target };
  },
  loader: (options, value) => {
    const [extension, loader] = splitOnce(value);
    options.loader = { ...options.loader, [extension]: loader as Loader };
  },
  banner: (options, value) => {
    options.banner = { js: splitOnce(value)[1] };
  },
  footer: (options, value) => {
    options.footer = { js: splitOnce(value)[1] };
  },
};

function splitOnce(text: string): [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
