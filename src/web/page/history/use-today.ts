import { useEffect, useState } from 'preact/hooks';
import { startOfDay } from './bars.js';

/** When the reader's today began; another one after midnight, however long the page is open. */
export function useToday(): number {
  const [today, setToday] = useState(began);
  useEffect(() => {
    const look = () => setToday(began());
    const timer = setTimeout(look, startOfDay(new Date(today), -1).getTime() - Date.now());
    // Timers stand still while a computer sleeps.
    addEventListener('focus', look);
    return () => {
      clearTimeout(timer);
      removeEventListener('focus', look);
    };
  }, [today]);
  return today;
}

const began = (): number => startOfDay(new Date(), 0).getTime();
