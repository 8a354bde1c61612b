import { useEffect, useState } from 'preact/hooks';
import { hrefOf } from '../state/place.js';
import type { Session } from '../state/session.js';
import { leave } from './leave.js';
import { useModal } from './use-modal.js';

interface Command {
  name: string;
  forAdmins?: true;
  run: (session: Session) => void;
}

const goTo = (address: string) => () => location.assign(address);

const COMMANDS: Command[] = [
  { name: 'Go to Work', run: goTo(hrefOf('work')) },
  { name: 'Go to History', run: goTo(hrefOf('history')) },
  { name: 'Get credits', run: goTo(hrefOf('credits')) },
  { name: 'Go to Operator', forAdmins: true, run: goTo(hrefOf('operator')) },
  { name: 'Read the API', run: goTo('/docs') },
  { name: 'Sign out', run: leave },
];

/** Everywhere the page leads, by the keyboard alone: Ctrl+K, or Cmd+K. */
export function CommandMenu({ session }: { session: Session }) {
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
      session={session}
      commands={COMMANDS.filter(({ forAdmins }) => !forAdmins || session.isAdmin)}
      onClose={() => setOpen(false)}
    />
  );
}

interface MenuProps {
  session: Session;
  commands: Command[];
  onClose: () => void;
}

function Menu({ session, commands, onClose }: MenuProps) {
  const dialog = useModal();
  const [wanted, setWanted] = useState('');
  const [at, setAt] = useState(0);
  const found = commands.filter(({ name }) => name.toLowerCase().includes(wanted.trim().toLowerCase()));
  const chosen = found[Math.min(at, found.length - 1)];
  const run = (command: Command) => {
    dialog.current?.close();
    command.run(session);
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
