import { useEffect, useState } from 'preact/hooks';
import { hrefOf } from '../state/place.js';
import { signOut, type Session } from '../state/session.js';
import { useModal } from './use-modal.js';

interface Command {
  name: string;
  forAdmins?: true;
  run: () => void;
}

const goTo = (address: string) => () => location.assign(address);

const COMMANDS: Command[] = [
  { name: 'Go to Work', run: goTo(hrefOf('work')) },
  { name: 'Go to History', run: goTo(hrefOf('history')) },
  { name: 'Get credits', run: goTo(hrefOf('credits')) },
  { name: 'Go to Operator', forAdmins: true, run: goTo(hrefOf('operator')) },
  { name: 'Read the API', run: goTo('/docs') },
  { name: 'Sign out', run: () => signOut() },
];

/** Everywhere the page leads, by the keyboard alone: Ctrl+K, or Cmd+K. */
export function CommandMenu({ session: { isAdmin } }: { session: Session }) {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setOpen(true);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  if (!isOpen) return null;
  return (
    <Menu
      commands={COMMANDS.filter(({ forAdmins }) => !forAdmins || isAdmin)}
      onClose={() => setOpen(false)}
    />
  );
}

function Menu({ commands, onClose }: { commands: Command[]; onClose: () => void }) {
  const dialog = useModal();
  const [wanted, setWanted] = useState('');
  const [at, setAt] = useState(0);
  const found = commands.filter(({ name }) => name.toLowerCase().includes(wanted.trim().toLowerCase()));
  const chosen = found[Math.min(at, found.length - 1)];
  const run = (command: Command) => {
    dialog.current?.close();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt((before) => (found.length + before + step) % Math.max(1, found.length));
    }
    if (event.key === 'Enter' && chosen !== undefined) run(chosen);
  };
  return (
    <dialog ref={dialog} class="menu" aria-label="Commands" onClose={onClose}>
      <input
        role="combobox"
        aria-label="What to do"
        aria-expanded="true"
        aria-controls="commands"
        aria-activedescendant={chosen && idOf(chosen)}
        autocomplete="off"
        value={wanted}
        onInput={({ currentTarget }) => {
          setWanted(currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id="commands" role="listbox" aria-label="Commands">
        {found.map((command) => (
          <li
            key={command.name}
            id={idOf(command)}
            role="option"
            aria-selected={command === chosen}
            onClick={() => run(command)}
          >
            {command.name}
          </li>
        ))}
      </ul>
      {found.length === 0 && <p class="nothing">Nothing is called that.</p>}
    </dialog>
  );
}

const idOf = ({ name }: Command): string => `command-${name.toLowerCase().replaceAll(' ', '-')}`;
