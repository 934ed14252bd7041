import CodeBlock from '@theme-original/CodeBlock';
import type { ComponentProps, ReactNode } from 'react';
import styles from './styles.module.css';

/** The theme's code block, with a note under code that no test runs, saying why. */
export default function MarkedCodeBlock(props: ComponentProps<typeof CodeBlock>): ReactNode {
  const reason = /\billustrative="([^"]+)"/.exec(props.metastring ?? '')?.[1];
  if (reason === undefined) return <CodeBlock {...props} />;
  return (
    <figure className={styles.illustrative}>
      <CodeBlock {...props} />
      <figcaption>Illustrative: {reason}</figcaption>
    </figure>
  );
}
