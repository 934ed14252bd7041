import { type Course, lineAt, type Problem } from '../course.ts';
import { pages } from './lessons.ts';
import { withoutCode } from './links.ts';

/** A dictionary. */
export interface Speller {
  knows(word: string): boolean;
  /** Words that it may be instead, best first. */
  suggest(word: string): readonly string[];
}

/** Words of the course that no dictionary has, one a line. */
const ownWords = 'checker/authoring/words.txt';

/** Every word of the pages is in the dictionary or in the course's own list. */
export function wordsAreSpelled({ files }: Course, speller: Speller): Problem[] {
  const own = (files.get(ownWords) ?? '').split('\n').filter((word) => word !== '');
  const judged = new Map(own.flatMap((word) => [word, capitalized(word)]).map((word) => [word, true]));
  const knows = (word: string): boolean => {
    const before = judged.get(word);
    if (before !== undefined) return before;
    const known = speller.knows(word) || (/-/.test(word) && word.split('-').every(knows));
    judged.set(word, known);
    return known;
  };
  return pages(files).flatMap(([file, text]) => {
    const told = new Set<string>();
    return [...proseOf(text).matchAll(/(?<![\p{L}\d/.@_])\p{L}[\p{L}’'-]*\p{L}(?![\p{L}\d_])/gu)].flatMap(
      ({ 0: found, index }) => {
        const word = found.replaceAll('’', "'").replace(/'s$/, '');
        if (told.has(word) || isName(word) || knows(word)) return [];
        told.add(word);
        const instead = speller.suggest(word).slice(0, 3);
        return [
          {
            file,
            line: lineAt(text, index),
            what: `'${found}' is not in the dictionary`,
            todo: `${instead.length > 0 ? `Did you mean ${instead.join(', ')}? ` : ''}If it is a word of the course, add it to ${ownWords}.`,
          },
        ];
      },
    );
  });
}

/** Words of a page that a reader sees: no code, tags, imports, comments, addresses or front matter keys. */
function proseOf(text: string): string {
  const blank = (part: string) => part.replaceAll(/[^\n]/g, ' ');
  return withoutCode(text)
    .replaceAll(/\{\/\*[\s\S]*?\*\/\}/g, blank)
    .replaceAll(/^(import|export) .*$/gm, blank)
    .replaceAll(/<\/?[A-Za-z][^>]*>/g, blank)
    .replaceAll(/\]\([^)]*\)/g, blank)
    .replaceAll(/https?:\/\/\S+/g, blank)
    .replace(/^lab: .*$/m, blank)
    .replaceAll(/^(\w+):(?= )/gm, blank)
    .replaceAll(/(?<=[{,]\s*)\w+(?=: )/g, blank);
}

function capitalized(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

/** Names of AWS and of code: `DynamoDB`, `SQS`, `maxReceiveCount`. */
function isName(word: string): boolean {
  return /\p{Ll}\p{Lu}|^\p{Lu}{2,}/u.test(word);
}
