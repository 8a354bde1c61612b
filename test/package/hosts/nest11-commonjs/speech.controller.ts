import { Controller, Post } from '@nestjs/common';
import { RequireCredits } from 'creditgate';

@Controller('speech')
export class SpeechController {
  @Post()
  @RequireCredits('text_to_speech')
  speak() {
    return { audio: 'A' };
  }
}
