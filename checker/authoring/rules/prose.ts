import { type Course, lineAt, type Problem } from '../course.ts';
import { pages } from './lessons.ts';
import { withoutCode } from './links.ts';

/** Words that say nothing, or that say to a reader who struggles that it is easy; and what to do instead. */
const banned: readonly (readonly [words: RegExp, todo: string])[] = [
  [/\b(simply|easily|obviously|of course|basically|trivial(ly)?|needless to say)\b/gi, 'Leave the word out.'],
  [/\b(easy|straightforward|no-brainer|a breeze)\b/gi, 'Say what it takes instead of how hard it feels.'],
  [
    /\b(seamless(ly)?|robust(ly)?|powerful|effortless(ly)?|blazing(ly)?|world-class|cutting-edge|state-of-the-art|game-?changer|supercharge)\b/gi,
    'Say what it does, with a number.',
  ],
  [
    /\b(leverag(e|es|ing)|utiliz(e|es|ing|ation)|in order to|delve|facilitate)\b/gi,
    'Use the plain word: use, to, look, help.',
  ],
  [/\b(please|note that|it is important to|keep in mind that|as mentioned)\b/gi, 'Say the thing itself.'],
  [/\b(exercise|assignment|homework|challenge)s?\b/gi, 'The course calls it a lab.'],
];

/** Prose is plain: no filler, no hype, one word for one thing. */
export function proseIsPlain({ files }: Course): Problem[] {
  return pages(files).flatMap(([file, text]) => {
    const prose = withoutCode(text);
    return banned.flatMap(([words, todo]) =>
      [...prose.matchAll(words)].map(({ 0: word, index }) => ({
        file,
        line: lineAt(text, index),
        what: `the word '${word.toLowerCase()}'`,
        todo,
      })),
    );
  });
}
