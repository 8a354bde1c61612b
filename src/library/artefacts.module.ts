import { Module } from '@nestjs/common';
import { Artefacts } from './artefacts.js';

@Module({ providers: [Artefacts], exports: [Artefacts] })
export class ArtefactsModule {}
