import { useEffect, useState } from 'preact/hooks';
import { useAnswer } from '../api/use-answer.js';
import type { Gift } from '../api/types.js';
import { Answered } from '../parts/answered.js';
import { number, sentence } from '../parts/words.js';

const LOOK_EVERY_MS = 500;

/** How far a gift is, until it is over. */
export function GiftProgress({ gift, onEnd }: { gift: Gift; onEnd: () => void }) {
  const [looks, setLooks] = useState(0);
  const answer = useAnswer<Gift>(`/api/admin/gifts/${encodeURIComponent(gift.key)}`, looks);
  const { data } = answer;
  const { state, wallets, done } = data ?? gift;
  const isOver = state !== 'running';
  useEffect(() => {
    if (isOver) return onEnd();
    const timer = setTimeout(() => setLooks((count) => count + 1), LOOK_EVERY_MS);
    return () => clearTimeout(timer);
  }, [data, isOver]);
  return (
    <>
      <p class="gift" role="status">
        {sentence(state)}: {number(done)} of {number(wallets)}
        <progress max={Math.max(1, wallets)} value={isOver ? Math.max(1, wallets) : done} aria-label="Gift" />
      </p>
      <Answered answer={{ ...answer, data: data ?? gift }} what="How far the gift is" />
    </>
  );
}
