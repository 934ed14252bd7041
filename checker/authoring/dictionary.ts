import Typo from 'typo-js';
import type { Speller } from './rules/spelling.ts';

/** American English, from the dictionary that ships with typo-js; reading it takes a moment. */
export function openDictionary(): Speller {
  const dictionary = new Typo('en_US');
  return {
    knows: (word) => dictionary.check(word),
    suggest: (word) => dictionary.suggest(word, 3),
  };
}
