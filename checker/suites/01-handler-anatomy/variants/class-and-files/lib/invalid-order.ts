export class InvalidOrder extends Error {
  readonly path: string;

  constructor(path: string, rule: string) {
    super(`'${path}' ${rule}`);
    this.path = path;
  }
}
