import { type ReactNode, useId, useState } from 'react';
import styles from './styles.module.css';

export interface Question {
  question: string;
  options: readonly { text: string; right?: boolean; why: string }[];
}

/** A few questions; each answer explains itself. Without JavaScript the explanations stand folded under the question. */
export function Quiz({ questions }: { questions: readonly Question[] }): ReactNode {
  return (
    <div className={styles.quiz}>
      {questions.map((question, index) => (
        <OneQuestion key={question.question} number={index + 1} {...question} />
      ))}
    </div>
  );
}

function OneQuestion({ number, question, options }: Question & { number: number }): ReactNode {
  const [chosen, choose] = useState<number>();
  const name = useId();
  const picked = chosen === undefined ? undefined : options[chosen];
  return (
    <fieldset className={styles.question}>
      <legend>
        <span className={styles.number}>{number}</span> {question}
      </legend>
      {options.map((option, index) => (
        <label
          key={option.text}
          className={styles.option}
          data-verdict={index === chosen ? verdictOf(option) : undefined}
        >
          <input type="radio" name={name} checked={index === chosen} onChange={() => choose(index)} />
          <span>{option.text}</span>
        </label>
      ))}
      <p className={styles.why} role="status" aria-live="polite" data-verdict={picked && verdictOf(picked)}>
        {picked !== undefined && (
          <>
            <strong>{picked.right === true ? 'Right.' : 'Not this one.'}</strong> {picked.why}
          </>
        )}
      </p>
      <noscript>
        <p>{options.find((option) => option.right)?.why}</p>
      </noscript>
    </fieldset>
  );
}

function verdictOf(option: { right?: boolean }): 'right' | 'wrong' {
  return option.right === true ? 'right' : 'wrong';
}
