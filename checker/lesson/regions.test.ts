import { describe, expect, it } from 'vitest';
import { regionOf, withoutMarkers } from './regions.ts';

const source = `
function outer() {
  // region inner
  const first = 1;
    // region deeper
    const second = 2;
    // endregion
  // endregion
  // region hollow
  // endregion
  // region twice
  a();
  // endregion
  // region twice
  b();
  // endregion
  // region open
}
`;

describe('regionOf', () => {
  it('cuts the lines between the markers and takes the common indentation away', () => {
    expect(regionOf(source, 'a.ts', 'inner')).toBe('const first = 1;\n  const second = 2;');
  });

  it.each([
    ['absent', 'a.ts has no "// region absent". It has: inner, deeper, hollow, twice, twice, open.'],
    ['twice', 'a.ts has "// region twice" 2 times.'],
    ['hollow', 'a.ts: "// region hollow" is empty.'],
    ['open', 'a.ts: "// region open" is never closed.'],
  ])('refuses the region "%s" and says why', (name, message) => {
    expect(() => regionOf(source, 'a.ts', name)).toThrow(message);
  });
});

it('a whole file is shown without its markers', () => {
  expect(withoutMarkers('a;\n// region x\nb;\n// endregion\nc;')).toBe('a;\nb;\nc;');
});
