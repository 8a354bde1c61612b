export type FilePlaceName = 'folder' | 's3';

export const FILE_PLACES: readonly FilePlaceName[] = ['folder', 's3'];

interface FileSettings {
  files: FilePlaceName;
  s3Endpoint?: string;
  s3Bucket?: string;
  s3AccessKeyId?: string;
  s3SecretAccessKey?: string;
}

/** Amazon's limit; other stores allow no more. */
export function isBucketName(text: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text);
}

/** The variables that FILES needs. */
export function fileFaults(settings: FileSettings): string[] {
  if (settings.files !== 's3') return [];
  const needed = {
    S3_ENDPOINT: settings.s3Endpoint,
    S3_BUCKET: settings.s3Bucket,
    S3_ACCESS_KEY_ID: settings.s3AccessKeyId,
    S3_SECRET_ACCESS_KEY: settings.s3SecretAccessKey,
  };
  return Object.entries(needed)
    .filter(([, value]) => value === undefined)
    .map(([name]) => `${name} must be set when FILES is s3`);
}
