import { Controller, HttpException, Post } from '@nestjs/common';
import { CreditsService, RequireCredits } from 'creditgate';
import { DataSource } from 'typeorm';

/** One thing sold in two ways: as many a host does before it knows better, and as it should. */
@Controller()
export class ExportController {
  constructor(
    private readonly credits: CreditsService,
    private readonly dataSource: DataSource,
  ) {}

  /** Reads, works, then writes what it has read less the price: whatever others wrote meanwhile is lost. */
  @Post('read-then-write')
  async readThenWrite() {
    const { available } = await this.credits.balance('racer');
    if (available < 50) throw new HttpException('too few credits', 402);
    await this.dataSource.query('SELECT pg_sleep(0.05)');
    await this.dataSource.query('UPDATE credits.wallets SET balance = $2 WHERE user_id = $1', [
      'racer',
      available - 50,
    ]);
    return { file: 'A' };
  }

  @Post('hold-then-work')
  @RequireCredits('text_to_speech')
  async holdThenWork() {
    await this.dataSource.query('SELECT pg_sleep(0.05)');
    return { file: 'A' };
  }
}
