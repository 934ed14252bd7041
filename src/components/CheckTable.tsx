import type { ReactNode } from 'react';
import type { Lab } from '../../checker/catalog.ts';
import { capital, kindTitles } from './Checks/words.ts';

/** The checks of a lab with kind and points, as the suites declare them. */
export function CheckTable({ lab }: { lab: Lab }): ReactNode {
  const total = lab.checks.reduce((sum, check) => sum + (check.bonus ? 0 : check.points), 0);
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Check</th>
          <th scope="col">Kind</th>
          <th scope="col">Points</th>
        </tr>
      </thead>
      <tbody>
        {lab.checks.map((check) => (
          <tr key={check.id}>
            <td>
              <a href={check.lesson.slice(check.lesson.indexOf('#'))}>{capital(check.title)}</a>
            </td>
            <td className="nowrap">{kindTitles[check.kind]}</td>
            <td className="nowrap">
              {check.bonus ? `+${check.points}` : check.points === 0 ? 'must pass' : check.points}
            </td>
          </tr>
        ))}
        <tr>
          <th scope="row" colSpan={2}>
            Total
          </th>
          <td>{total}</td>
        </tr>
      </tbody>
    </table>
  );
}
