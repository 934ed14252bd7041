const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const SUFFIX_LENGTH = 12;

/**
 * A physical name as CloudFormation makes one: `<stack>-<logical id>-<12 random>`, shortened to fit.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
 * @param longest characters that the service allows
 * @param random numbers in [0, 1)
 */
export function physicalName(
  stackName: string,
  logicalId: string,
  longest: number,
  random: () => number,
): string {
  const suffix = Array.from(
    { length: SUFFIX_LENGTH },
    () => ALPHABET[Math.floor(random() * ALPHABET.length)],
  );
  const room = longest - SUFFIX_LENGTH - 2;
  // Both parts stay recognizable: neither takes more than half while the other needs the room.
  const stackRoom = Math.max(Math.floor(room / 2), room - logicalId.length);
  const stack = stackName.slice(0, stackRoom);
  const logical = logicalId.slice(0, room - stack.length);
  return `${stack}-${logical}-${suffix.join('')}`;
}
