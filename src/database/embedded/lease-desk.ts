import { randomBytes } from 'node:crypto';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * Keeps the list of those who need the server. They are connections (and the starter's end of our stdin), so
 * that the kernel strikes a process off the list however it ends.
 */
export class LeaseDesk {
  /** Resolves when the last holder has gone. Nobody is let in after that. */
  readonly deserted: Promise<void>;
  readonly token = randomBytes(24).toString('hex');
  private readonly holders = new Set<unknown>();
  private desk?: Server;
  private desert: () => void = () => undefined;

  constructor(starter: typeof process.stdin) {
    this.deserted = new Promise((resolve) => (this.desert = resolve));
    this.add(starter.resume());
  }

  get isDeserted(): boolean {
    return this.holders.size === 0;
  }

  /** Lets processes in that know the token, and tells them the port of the server. */
  async open(serverPort: number): Promise<number> {
    this.desk ??= await this.listen(serverPort);
    return (this.desk.address() as AddressInfo).port;
  }

  sendAllAway(): void {
    this.holders.clear();
    this.desk?.close();
    this.desert();
  }

  private listen(serverPort: number): Promise<Server> {
    // Half-open: the process that gives the last lease back sees the connection end when the server is down.
    const desk = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => socket.destroy());
      socket.once('data', (token) => {
        if (token.toString() !== `${this.token}\n` || this.isDeserted) return socket.destroy();
        this.add(socket);
        socket.on('end', () => this.isDeserted || socket.end());
        return socket.write(`${serverPort}\n`);
      });
    });
    return new Promise((resolve, reject) => {
      desk.once('error', reject);
      desk.listen(0, '127.0.0.1', () => resolve(desk));
    });
  }

  private add(holder: Socket | typeof process.stdin): void {
    this.holders.add(holder);
    for (const event of ['end', 'close', 'error']) {
      holder.on(event, () => {
        if (this.holders.delete(holder) && this.isDeserted) this.sendAllAway();
      });
    }
  }
}
