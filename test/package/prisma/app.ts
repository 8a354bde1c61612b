import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { CreditsModule, CreditsService } from 'creditgate';
import pg from 'pg';
import { inPrisma } from './in-prisma.js';
import { expectTogether } from './together.js';

const connectionString = process.env['DATABASE_URL']!;
const pool = new pg.Pool({ connectionString });
const credits = CreditsModule.forRoot({ pool, prices: { text_to_speech: 50 } });
const app = await NestFactory.createApplicationContext(credits, { logger: ['error'] });
await pool.query('CREATE TABLE orders (title text PRIMARY KEY)');
const prisma = inPrisma(connectionString);
await expectTogether(prisma, app.get(CreditsService), pool);
await prisma.close();
await app.close();
await pool.end();
