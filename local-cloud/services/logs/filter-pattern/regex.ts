import { invalidPattern } from './errors.ts';

/** What AWS's regular expressions know; groups in parentheses are not among it. */
const SUPPORTED = /^(?:\\[dDsSwWbB.^$*+?|()[\]{}\\/"'-]|\\x[0-9a-fA-F]{2}|[^\\()])*$/;

/**
 * Compiles what stands between two `%`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html#regex-expressions
 * @throws InvalidParameterException
 */
export function compileRegex(source: string): RegExp {
  if (source === '' || !SUPPORTED.test(source)) {
    throw invalidPattern(`the regular expression %${source}% is not one that CloudWatch Logs supports.`);
  }
  try {
    return new RegExp(source);
  } catch (error) {
    throw invalidPattern(error instanceof Error ? error.message : String(error));
  }
}
