/** What a leaf of an event can be. */
export type FieldValue = string | number | boolean | null;

/** One leaf of an event. */
export interface Field {
  readonly value: FieldValue;
  /** For each array on the way to it, by path, the element that it lies in. */
  readonly elements: ReadonlyMap<string, number>;
}

/** An event's leaves by path; steps are joined with dots. */
export type Fields = ReadonlyMap<string, readonly Field[]>;

const IN_NO_ARRAY: ReadonlyMap<string, number> = new Map();

/**
 * Takes an event apart. An array's elements share the array's path; an empty array or object has no leaves.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-arrays.html
 */
export function fieldsOf(event: object): Fields {
  const fields = new Map<string, Field[]>();

  function visit(value: unknown, path: string, elements: ReadonlyMap<string, number>): void {
    if (Array.isArray(value)) {
      for (const [index, element] of value.entries()) {
        visit(element, path, new Map(elements).set(arrayKey(path, elements), index));
      }
    } else if (value !== null && typeof value === 'object') {
      for (const [name, member] of Object.entries(value)) {
        visit(member, path === '' ? name : `${path}.${name}`, elements);
      }
    } else {
      const field: Field = { value: value as FieldValue, elements };
      const known = fields.get(path);
      if (known) known.push(field);
      else fields.set(path, [field]);
    }
  }

  visit(event, '', IN_NO_ARRAY);
  return fields;
}

/** Arrays in arrays have one path: the elements above tell them apart. */
function arrayKey(path: string, elements: ReadonlyMap<string, number>): string {
  return `${path} ${[...elements.values()].join(' ')}`;
}
