import { join } from 'node:path';
import type { Environment } from '../config/environment.js';
import { Bucket, NoSuchObjectError } from './bucket.js';
import { BucketPlace } from './bucket-place.js';
import type { FilePlace } from './file-place.js';
import { FolderPlace } from './folder-place.js';

/** Where this installation keeps its files. */
export function placeOf(environment: Environment): FilePlace {
  const bucket = bucketOf(environment);
  return bucket === undefined ? new FolderPlace(join(environment.dataDir, 'files')) : new BucketPlace(bucket);
}

/** True if the file is not there. A missing bucket is another error: then nobody knows. */
export function isGone(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof NoSuchObjectError;
}

/** Undefined: files are in a folder. The settings are complete, because the environment was checked. */
export function bucketOf(environment: Environment): Bucket | undefined {
  const { files, s3Endpoint, s3Bucket, s3Region, s3AccessKeyId, s3SecretAccessKey } = environment;
  if (files !== 's3') return undefined;
  return new Bucket({
    endpoint: s3Endpoint!,
    bucket: s3Bucket!,
    region: s3Region,
    accessKeyId: s3AccessKeyId!,
    secretAccessKey: s3SecretAccessKey!,
  });
}
