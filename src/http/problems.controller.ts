import { Controller, Get, Header, Headers, NotFoundException, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '../identity/index.js';
import { htmlOf, problemPages, type ProblemPage } from '../problems/problem-pages.js';
import { Describes } from '../routes/describes.decorator.js';
import { prefersHtml } from './prefers-html.js';
import { problemRoute } from './problems.routes.js';

/** What the `type` of every refusal leads to: a page for people, the same as JSON for programs. */
@Public()
@Controller('problems')
export class ProblemsController {
  @Get(':problem')
  @Header('cache-control', 'public, max-age=3600')
  @Header('vary', 'Accept')
  @Describes(problemRoute)
  read(
    @Param('problem') problem: string,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): ProblemPage | string {
    const page = problemPages().get(problem);
    if (page === undefined) throw new NotFoundException('There is no such problem.');
    if (!prefersHtml(accept)) return page;
    void reply.type('text/html; charset=utf-8');
    return htmlOf(page);
  }
}
