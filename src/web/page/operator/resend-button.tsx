import type { ToldEvent } from '../api/types.js';
import { ActionButton } from '../parts/action-button.js';
import { useAction } from '../parts/use-action.js';
import { useAdminAct } from './use-admin-act.js';

interface ResendButtonProps {
  event: ToldEvent;
  /** The event among those beside it. */
  name: string;
  onSent: () => void;
}

/** Once more under its own id: whoever has heard it before knows it again. */
export function ResendButton({ event, name, onSent }: ResendButtonProps) {
  const sending = useAction();
  const resend = useAdminAct<unknown>(`/api/admin/events/${event.id}/resend`, 'POST');
  return (
    <ActionButton
      class="quiet"
      action={sending}
      busy="Sending…"
      aria-label={`Send again: ${name}`}
      onClick={() =>
        sending.run(async () => {
          await resend({});
          onSent();
        })
      }
    >
      Send again
    </ActionButton>
  );
}
