/** Sets the members that are given; those that are undefined stay as they are. */
export function assignGiven<T extends object>(target: T, changes: Partial<T>): void {
  for (const [name, value] of Object.entries(changes)) {
    if (value !== undefined) Object.assign(target, { [name]: value });
  }
}
