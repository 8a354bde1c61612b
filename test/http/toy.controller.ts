import { Body, Controller, Get, NotFoundException, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, Min, ValidateNested } from 'class-validator';
import { AdminOnly, CurrentUser, Public, type User } from '../../src/identity/index.js';

class LineDto {
  @IsString()
  text: string;
}

export class OrderDto {
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  amount: number;

  @IsOptional()
  @IsString()
  note?: string;

  @IsOptional()
  @ValidateNested({ each: true })
  @Type(() => LineDto)
  lines?: LineDto[];
}

class PageDto {
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit?: number;
}

interface Loose {
  anything: string;
}

/** Some of everything that the real controllers do. */
@Controller('toys')
export class ToyController {
  @Get('me')
  me(@CurrentUser() { id, isAdmin, isAnonymous }: User): Omit<User, 'untilMs'> {
    return { id, isAdmin, isAnonymous };
  }

  @Public()
  @Get('open')
  open(): { open: true } {
    return { open: true };
  }

  @Public()
  @Get('open-but-asks')
  asks(@CurrentUser() user: User): User {
    return user;
  }

  @AdminOnly()
  @Get('admin')
  admin(): { admin: true } {
    return { admin: true };
  }

  @Post('orders')
  order(@Body() order: OrderDto): OrderDto {
    return order;
  }

  @Post('loose')
  loose(@Body() body: Loose): Loose {
    return body;
  }

  @Get('pages')
  page(@Query() page: PageDto): PageDto {
    return page;
  }

  @Get('things/:id')
  thing(@Param('id', ParseUUIDPipe) _id: string): never {
    throw new NotFoundException('There is no such thing.');
  }

  @Get('broken')
  broken(): never {
    throw new Error('SELECT secret FROM vault');
  }
}
