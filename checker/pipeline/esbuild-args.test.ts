import { expect, it } from 'vitest';
import { optionsFromArgs } from './esbuild-args.ts';

it.each([
  [['--target=node22'], { target: ['node22'] }],
  [['--format=esm', '--minify'], { format: 'esm', minify: true }],
  [['--sourcemap'], { sourcemap: true }],
  [['--sourcemap=inline', '--sources-content=false'], { sourcemap: 'inline', sourcesContent: false }],
  [['--external:@aws-sdk/*', '--external:pg'], { external: ['@aws-sdk/*', 'pg'] }],
  [['--define:process.env.STAGE="prod"'], { define: { 'process.env.STAGE': '"prod"' } }],
  [['--banner:js=const a = "=";'], { banner: { js: 'const a = "=";' } }],
  [['--loader:.sql=text'], { loader: { '.sql': 'text' } }],
  [['--main-fields=module,main'], { mainFields: ['module', 'main'] }],
  [['--alias:a=b', '--inject:./shim.ts'], { alias: { a: 'b' }, inject: ['./shim.ts'] }],
])('%j', (args, expected) => {
  expect(optionsFromArgs(args)).toMatchObject(expected);
});

it('an option that is not known is refused by name', () => {
  expect(() => optionsFromArgs(['--mangle-props=_$'])).toThrow(/--mangle-props/);
});
