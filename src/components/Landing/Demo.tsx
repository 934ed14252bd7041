import { type ReactNode, useState } from 'react';
import { Batch, reported, swallowed, thrown } from '../Diagrams/Batch.tsx';
import styles from './styles.module.css';

const handlers = [
  {
    name: 'Throw',
    code: 'throw error;',
    fates: thrown,
    count: 'All 10 come back',
    text: 'One bad order sends nine good ones back to the queue with it. Some are processed again each time, others never.',
  },
  {
    name: 'Catch',
    code: 'catch { console.error(error); }',
    fates: swallowed,
    count: '5 done, 5 lost',
    text: 'The loop ended at the sixth. Lambda counts a success and deletes all ten. No alarm goes off.',
  },
  {
    name: 'Report',
    code: 'return { batchItemFailures };',
    fates: reported,
    count: '9 done, 1 set aside',
    text: 'Nine are processed once. The tenth waits in the dead-letter queue, byte for byte, for somebody to look.',
  },
];

/** Three ways to handle the same ten orders. The reader picks one and sees what is left. */
export function Demo(): ReactNode {
  const [chosen, choose] = useState(1);
  const handler = handlers[chosen] ?? handlers[0];
  if (handler === undefined) return null;
  return (
    <div className={styles.demo}>
      <fieldset className={styles.choice}>
        <legend>Ten orders, the sixth is broken. Your function can:</legend>
        {handlers.map(({ name }, index) => (
          <label key={name}>
            <input type="radio" name="handler" checked={index === chosen} onChange={() => choose(index)} />
            <span>{name}</span>
          </label>
        ))}
      </fieldset>
      <code className={styles.demoCode}>{handler.code}</code>
      <Batch fates={handler.fates} />
      <p className={styles.demoCount} aria-live="polite">
        <strong>{handler.count}.</strong> {handler.text}
      </p>
    </div>
  );
}
