/** An encoding that the bytes may be in. Costs are improbabilities, in nats. */
export interface Candidate {
  encoding: string;
  language: string;
  /** Of all events under this encoding: what is left to explain. */
  cost: number;
  /** Against it, whatever the bytes are. */
  rarity: number;
  /** Pairs or signs beyond ASCII. */
  events: number;
  /** What it makes of the bytes: encodings that agree about it do not compete. */
  reading: string;
}
