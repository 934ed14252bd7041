import assert from 'node:assert/strict';
import { check } from '../../fixtures.ts';

check(
  'function-has-time',
  {
    title: 'the function has at least ten seconds, cold starts included',
    points: 1,
    hints: [
      'How long may a function take before Lambda ends it, if nobody says so?',
      'The default timeout is 3 s. NodejsFunction takes a timeout.',
      'timeout: Duration.seconds(10)',
    ],
    lesson: '#how-it-works',
    starter: 'fails',
  },
  ({ template }) => {
    const pricer = template.named('FunctionName', 'AWS::Lambda::Function');
    const seconds = template.number(pricer, 'Timeout', 3);
    assert(seconds >= 10, `The function has a timeout of ${seconds} s; it should have at least 10 s.`);
  },
);
