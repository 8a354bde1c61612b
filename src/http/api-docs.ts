import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

export const DOCS_PATH = 'docs';

/** The description of all routes at /openapi.json, and Swagger UI to try them at /docs. */
export function addApiDocs(app: INestApplication): void {
  const config = new DocumentBuilder()
    .setTitle('creditgate')
    .setDescription('Prepaid credits: hold, work, capture or release. Errors are RFC 9457 problem details.')
    .setVersion('1')
    .addBearerAuth()
    .addSecurityRequirements('bearer')
    .build();
  // A function: it is made with the first request for it, when all routes are known.
  SwaggerModule.setup(DOCS_PATH, app, () => SwaggerModule.createDocument(app, config), {
    raw: ['json'],
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'creditgate API',
  });
}
