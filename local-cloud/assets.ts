/**
 * Where code that CDK would publish to S3 really lies: folders that stay as they are, so that a deploy neither
 * zips nor copies. A function's `Code: { S3Bucket, S3Key }` is looked up here first.
 */
export interface Assets {
  /** Says that the object `key` is the content of `folder` (absolute path). The bucket does not matter. */
  register(key: string, folder: string): void;
  folderOf(key: string): string | undefined;
}

/** Makes an empty register of assets. */
export function createAssets(): Assets {
  const folders = new Map<string, string>();
  return {
    register: (key, folder) => {
      folders.set(key, folder);
    },
    folderOf: (key) => folders.get(key),
  };
}
