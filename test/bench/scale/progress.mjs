/** Says every few seconds how far it is and when it will end. */
const EVERY_MS = 5_000;

export class Progress {
  #done = 0;
  #started = performance.now();
  #said = 0;

  constructor(total) {
    this.total = total;
  }

  add(count) {
    this.#done += count;
    const now = performance.now();
    if (now - this.#said < EVERY_MS && this.#done < this.total) return;
    this.#said = now;
    const share = this.#done / this.total;
    const left = ((now - this.#started) / 1000) * (1 / share - 1);
    this.say(`${(share * 100).toFixed(1).padStart(5)} %, about ${Math.ceil(left)} s to go`);
  }

  say(line) {
    console.error(`${((performance.now() - this.#started) / 1000).toFixed(0).padStart(5)} s  ${line}`);
  }
}
