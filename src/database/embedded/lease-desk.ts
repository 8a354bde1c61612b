import { randomBytes } from 'node:crypto';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * Keeps the list of the processes that need the server. Each is a connection (or the starter's end of our stdin), so
 * the kernel removes a process from the list however it ends.
 */
export class LeaseDesk {
  /** Resolves once the last holder has gone. No process gets in after that. */
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

  /** Lets in the processes that know the token, and tells them the server's port. */
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
    // Half-open, so that the process that gives back the last lease sees the connection end once the server is down.
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
