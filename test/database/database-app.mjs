// An application with nothing but the database: node database-app.mjs DATA_DIR. A feature of it uses the
// DataSource until the very end of its own shutdown.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';

process.env.DATA_DIR = process.argv[2];
const { EnvironmentModule } = await import('../../dist/config/environment.module.js');
const { DatabaseModule } = await import('../../dist/database/database.module.js');

class AppModule {}
const feature = {
  provide: 'feature',
  useFactory: (dataSource) => ({
    onApplicationShutdown: async () => {
      const [row] = await dataSource.query('SELECT fact FROM migrated');
      console.log(row.fact);
    },
  }),
  inject: [DataSource],
};
Module({
  imports: [
    DatabaseModule.forRoot({
      migrations: [(client) => client.query("CREATE TABLE migrated AS SELECT 'used' AS fact")],
    }),
    EnvironmentModule,
  ],
  providers: [feature],
})(AppModule);

const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error'], abortOnError: false });
app.enableShutdownHooks();
process.kill(process.pid, 'SIGTERM');
