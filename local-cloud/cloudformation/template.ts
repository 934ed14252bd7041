import { templateError, unsupported } from './errors.ts';

export interface Template {
  readonly Description?: string;
  readonly Metadata?: unknown;
  readonly Parameters: Readonly<Record<string, TemplateParameter>>;
  readonly Mappings: Readonly<Record<string, Record<string, Record<string, unknown>>>>;
  readonly Conditions: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs: Readonly<Record<string, TemplateOutput>>;
}

export interface TemplateParameter {
  readonly Type: string;
  readonly Default?: unknown;
  readonly Description?: string;
  readonly NoEcho?: boolean | string;
  readonly AllowedValues?: readonly unknown[];
  readonly AllowedPattern?: string;
  readonly ConstraintDescription?: string;
  readonly MinLength?: number | string;
  readonly MaxLength?: number | string;
  readonly MinValue?: number | string;
  readonly MaxValue?: number | string;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn: readonly string[];
  readonly Condition?: string;
  /** Has no effect; it is told. */
  readonly Metadata?: unknown;
  readonly DeletionPolicy: RemovalPolicy;
  readonly UpdateReplacePolicy: RemovalPolicy;
}

export type RemovalPolicy = 'Delete' | 'Retain' | 'RetainExceptOnCreate';

export interface TemplateOutput {
  readonly Value: unknown;
  readonly Description?: string;
  readonly Condition?: string;
  readonly Export?: { Name: unknown };
}

const SECTIONS = new Set([
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Mappings',
  'Conditions',
  'Resources',
  'Outputs',
  'Rules',
]);
const AWS_SECTIONS_NOT_HERE = new Set(['Transform', 'Hooks']);

/** What a resource may say besides its type and properties. `Metadata` has no effect on AWS either. */
const ATTRIBUTES = new Set([
  'Type',
  'Properties',
  'DependsOn',
  'Condition',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'Metadata',
]);
const AWS_ATTRIBUTES_NOT_HERE = new Set(['CreationPolicy', 'UpdatePolicy']);

/**
 * Checks the structure of a template and fills in what may be left out.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
 * @throws DeployError of kind `template` or `unsupported`
 */
export function readTemplate(source: unknown): Template {
  const template = objectOf(source);
  if (!template) throw templateError('Template format error: unsupported structure.');
  for (const section of Object.keys(template)) {
    if (AWS_SECTIONS_NOT_HERE.has(section)) throw unsupported(`The template section ${section}`);
    if (!SECTIONS.has(section)) {
      throw templateError(`Invalid template property or properties [${section}]`);
    }
  }
  checkRules(template.Rules);
  refuseNulls(template, '');
  const resources = sectionOf(template, 'Resources');
  if (Object.keys(resources).length === 0) {
    throw templateError('Template format error: At least one Resources member must be defined.');
  }
  return {
    Description: template.Description === undefined ? undefined : String(template.Description),
    ...(template.Metadata !== undefined && { Metadata: template.Metadata }),
    Parameters: readParameters(sectionOf(template, 'Parameters')),
    Mappings: readMappings(sectionOf(template, 'Mappings')),
    Conditions: sectionOf(template, 'Conditions'),
    Resources: Object.fromEntries(
      Object.entries(resources).map(([id, body]) => [id, readResource(id, body)]),
    ),
    Outputs: readOutputs(sectionOf(template, 'Outputs')),
  };
}

function readParameters(section: Record<string, unknown>): Template['Parameters'] {
  for (const [name, body] of Object.entries(section)) {
    if (typeof objectOf(body)?.Type !== 'string') {
      throw templateError(
        `Template format error: [/Parameters/${name}] Every Parameters object must contain a Type member.`,
      );
    }
  }
  return section as Template['Parameters'];
}

function readResource(logicalId: string, source: unknown): TemplateResource {
  const resource = objectOf(source);
  if (!resource) throw templateError('Template format error: Any Resources member must be an object.');
  if (!/^[A-Za-z0-9]+$/.test(logicalId)) {
    throw templateError(`Template format error: Resource name ${logicalId} is non alphanumeric.`);
  }
  if (typeof resource.Type !== 'string') {
    throw templateError(
      `Template format error: [/Resources/${logicalId}] Every Resources object must contain a Type member.`,
    );
  }
  const where = { logicalId, resourceType: resource.Type };
  for (const attribute of Object.keys(resource)) {
    if (AWS_ATTRIBUTES_NOT_HERE.has(attribute)) throw unsupported(`The attribute ${attribute}`, where);
    if (!ATTRIBUTES.has(attribute)) {
      throw templateError(`Invalid template resource property '${attribute}'`);
    }
  }
  const { DependsOn = [] } = resource;
  return {
    Type: resource.Type,
    Properties: objectOf(resource.Properties) ?? {},
    DependsOn: (Array.isArray(DependsOn) ? DependsOn : [DependsOn]).map(String),
    Condition: resource.Condition === undefined ? undefined : String(resource.Condition),
    ...(resource.Metadata !== undefined && { Metadata: resource.Metadata }),
    DeletionPolicy: removalPolicy(resource.DeletionPolicy, where),
    UpdateReplacePolicy: removalPolicy(resource.UpdateReplacePolicy, where),
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html */
function removalPolicy(value: unknown, where: { logicalId: string; resourceType: string }): RemovalPolicy {
  if (value === undefined) return 'Delete';
  if (value === 'Delete' || value === 'Retain' || value === 'RetainExceptOnCreate') return value;
  if (value === 'Snapshot') {
    throw templateError(
      `Template error: resource type ${where.resourceType} does not support deletion policy Snapshot`,
      where,
    );
  }
  throw templateError(`Template format error: Unrecognized DeletionPolicy ${String(value)}`, where);
}

function readOutputs(section: Record<string, unknown>): Template['Outputs'] {
  for (const body of Object.values(section)) {
    if (objectOf(body)?.Value === undefined) {
      throw templateError('Template format error: Every Outputs member must contain a Value object');
    }
  }
  return section as unknown as Template['Outputs'];
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/mappings-section-structure.html */
function readMappings(section: Record<string, unknown>): Template['Mappings'] {
  for (const [name, mapping] of Object.entries(section)) {
    const keys = objectOf(mapping);
    if (!keys) throw notAMap(name);
    for (const [key, values] of Object.entries(keys)) {
      const attributes = objectOf(values);
      if (!attributes) throw notAMap(key);
      if (Object.values(attributes).some(objectOf)) {
        throw templateError('Template format error: Every Mappings attribute must be a String or a List.');
      }
    }
  }
  return section as Template['Mappings'];
}

function notAMap(name: string): Error {
  return templateError(`Template format error: Every Mappings member ${name} must be a map`);
}

/** A template says what is there; that something is not there is said with `AWS::NoValue`. */
function refuseNulls(value: unknown, path: string): void {
  if (value === null) throw templateError(`[${path}] 'null' values are not allowed in templates`);
  if (typeof value !== 'object') return;
  for (const [name, member] of Object.entries(value)) refuseNulls(member, `${path}/${name}`);
}

/** CDK's rule asks for a bootstrapped account; there is nothing to bootstrap here. Other rules would have to be kept. */
function checkRules(rules: unknown): void {
  const other = Object.keys(objectOf(rules) ?? {}).find((name) => name !== 'CheckBootstrapVersion');
  if (other) throw unsupported(`The template rule ${other}`);
}

function sectionOf(template: Record<string, unknown>, name: string): Record<string, unknown> {
  const section = template[name];
  if (section === undefined) return {};
  const members = objectOf(section);
  if (!members) throw templateError(`Template format error: Any ${name} member must be an object.`);
  return members;
}

export function objectOf(value: unknown): Record<string, unknown> | undefined {
  const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : undefined;
}
