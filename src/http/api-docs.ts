import type { INestApplication } from '@nestjs/common';
import { SwaggerModule } from '@nestjs/swagger';
import { openApiDocument } from './openapi/document.js';

export const DOCS_PATH = 'docs';

/** The description of all routes at /openapi.json, and Swagger UI to try them at /docs. */
export function addApiDocs(app: INestApplication): void {
  // A function: it is made with the first request for it, when all routes are known.
  SwaggerModule.setup(DOCS_PATH, app, () => openApiDocument(app), {
    raw: ['json'],
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'creditgate API',
  });
}
