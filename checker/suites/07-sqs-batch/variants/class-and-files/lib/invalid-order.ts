export class InvalidOrder extends Error {
  override readonly name = 'InvalidOrder';
}
