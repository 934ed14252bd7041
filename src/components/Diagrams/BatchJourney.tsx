import type { ReactNode } from 'react';
import styles from './styles.module.css';

const story =
  'Lambda receives up to ten messages from the queue, which hides them for the visibility timeout, and invokes the function. ' +
  'Messages that the answer does not name are deleted. Those that it names stay in the queue and become visible again. ' +
  'The next receive after the fifth moves such a message to the dead-letter queue.';

/** One batch on its way: receive, invoke, answer, then delete or try again, in the end the dead-letter queue. */
export function BatchJourney(): ReactNode {
  return (
    <figure className="diagram">
      <svg className={styles.journey} viewBox="0 0 760 336" role="img" aria-label={story}>
        <defs>
          <Head id="journey-head" />
          <Head id="journey-good" className={styles.goodHead} />
          <Head id="journey-bad" className={styles.badHead} />
        </defs>
        <Box
          x={4}
          y={60}
          width={170}
          name="Queue"
          lines={['messages hidden for', 'the visibility timeout']}
        />
        <Box x={294} y={60} width={170} name="Lambda’s poller" lines={['the event source', 'mapping']} />
        <Box
          x={586}
          y={60}
          width={170}
          name="Your function"
          lines={['one invocation,', 'up to 10 records']}
        />

        <path className={styles.flow} d="M174 88h114" markerEnd="url(#journey-head)" />
        <text x="234" y="64" textAnchor="middle">
          receive
        </text>
        <text x="234" y="80" textAnchor="middle" className={styles.small}>
          10, or 5 s
        </text>
        <path className={styles.flow} d="M464 88h116" markerEnd="url(#journey-head)" />
        <text x="524" y="78" textAnchor="middle">
          invoke
        </text>
        <path className={styles.flow} d="M586 132H470" markerEnd="url(#journey-head)" />
        <text x="524" y="154" textAnchor="middle" className={styles.small}>
          failed ids
        </text>

        <path
          className={`${styles.flow} ${styles.good}`}
          d="M350 60V28H60v26"
          markerEnd="url(#journey-good)"
        />
        <text x="206" y="20" textAnchor="middle">
          not named: deleted
        </text>
        <path
          className={`${styles.flow} ${styles.bad}`}
          d="M380 148v48H120v-42"
          markerEnd="url(#journey-bad)"
        />
        <text x="250" y="216" textAnchor="middle">
          named: left alone, visible again later
        </text>

        <path className={`${styles.flow} ${styles.bad}`} d="M60 148v98" markerEnd="url(#journey-bad)" />
        <text x="74" y="240">
          at the receive after the fifth
        </text>
        <rect className={styles.deadLetters} x="4" y="252" width="250" height="76" rx="4" />
        <text x="18" y="282" className={styles.name}>
          Dead-letter queue
        </text>
        <text x="18" y="306" className={styles.small}>
          kept 14 days from the first send
        </text>
      </svg>
      <figcaption>
        One batch. Nothing tells SQS that a message failed: it is the deletion that does not happen.
      </figcaption>
    </figure>
  );
}

function Box({
  x,
  y,
  width,
  name,
  lines,
}: {
  x: number;
  y: number;
  width: number;
  name: string;
  lines: string[];
}): ReactNode {
  return (
    <g>
      <rect x={x} y={y} width={width} height={88} rx={4} />
      <text x={x + 14} y={y + 30} className={styles.name}>
        {name}
      </text>
      {lines.map((line, index) => (
        <text key={line} x={x + 14} y={y + 53 + index * 18} className={styles.small}>
          {line}
        </text>
      ))}
    </g>
  );
}

function Head({ id, className }: { id: string; className?: string }): ReactNode {
  return (
    <marker
      id={id}
      className={className}
      viewBox="0 0 8 8"
      refX="7"
      refY="4"
      markerWidth="7"
      markerHeight="7"
      orient="auto"
    >
      <path d="M0 0l8 4-8 4z" />
    </marker>
  );
}
