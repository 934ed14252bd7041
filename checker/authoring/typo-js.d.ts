/** What is used of the package, which brings no types. */
declare module 'typo-js' {
  export default class Typo {
    constructor(language: 'en_US');
    check(word: string): boolean;
    suggest(word: string, limit?: number): string[];
  }
}
