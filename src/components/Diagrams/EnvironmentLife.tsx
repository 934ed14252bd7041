import type { ReactNode } from 'react';
import styles from './styles.module.css';

const story =
  'An environment begins with an init phase that runs the module. Then it serves one request at a time, and is frozen in between. ' +
  'Module variables and connections live from the init to the end; variables of the handler live for one request.';

const phases = [
  { x: 4, width: 128, name: 'Init', text: 'module runs' },
  { x: 132, width: 116, name: 'Request 1', text: 'handler runs' },
  { x: 248, width: 96, name: 'frozen', text: 'nothing runs' },
  { x: 344, width: 116, name: 'Request 2', text: 'handler runs' },
  { x: 460, width: 96, name: 'frozen', text: 'nothing runs' },
  { x: 556, width: 116, name: 'Request 3', text: 'handler runs' },
  { x: 672, width: 84, name: 'End', text: 'no notice' },
];

/** The life of an execution environment, and what lives as long as which part of it. */
export function EnvironmentLife(): ReactNode {
  return (
    <figure className="diagram">
      <svg className={styles.journey} viewBox="0 0 760 220" role="img" aria-label={story}>
        {phases.map(({ x, width, name, text }) => (
          <g key={x}>
            <rect
              className={name === 'frozen' ? styles.deadLetters : undefined}
              x={x}
              y={8}
              width={width}
              height={68}
            />
            <text x={x + width / 2} y={38} textAnchor="middle">
              {name}
            </text>
            <text x={x + width / 2} y={60} textAnchor="middle" className={styles.small}>
              {text}
            </text>
          </g>
        ))}
        <path className={styles.flow} d="M4 104h752" />
        <text x="4" y="126">
          module variables, client, connections, /tmp
        </text>
        {[132, 344, 556].map((x) => (
          <path key={x} className={`${styles.flow} ${styles.good}`} d={`M${x} 156h116`} />
        ))}
        <text x="132" y="178">
          one request’s variables, event, context
        </text>
        <text x="4" y="208" className={styles.small}>
          Another request at the same time gets another environment, with variables of its own.
        </text>
      </svg>
      <figcaption>One environment. What you put outside the handler outlives the request.</figcaption>
    </figure>
  );
}
