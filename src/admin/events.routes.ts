import { EVENT_STATES } from '../credits/operator/index.js';
import { PAGE } from '../routes/parameters.js';
import type { RouteDescription } from '../routes/route-description.js';
import {
  about,
  count,
  flag,
  id,
  listOf,
  object,
  oneOf,
  orNull,
  pageOf,
  shapes,
  text,
  time,
} from '../routes/schema.js';
import { TAGS } from '../routes/tags.js';

const CURSOR = 'e1795773600000000.0199a1c0-22bb-7c33-9d77-8e5f6a7b8c9d.post';

const event = object(
  {
    id: about('The `webhook-id` of each attempt', id),
    channel: about('By HTTP, or to handlers in a process', oneOf('post', 'handler')),
    type: text,
    userId: orNull(text),
    data: about('What is told beside the user id; empty once the person was erased', {
      type: 'object',
      additionalProperties: { type: ['string', 'integer', 'null'] },
    }),
    state: about('failed: given up; an operator may send it again', oneOf(...EVENT_STATES)),
    attempts: count,
    outcome: about('Of the last attempt', orNull(text)),
    dueAt: about('When the next attempt comes', orNull(time)),
    createdAt: time,
    endedAt: orNull(time),
  },
  {
    id: '0199a1c0-22bb-7c33-9d77-8e5f6a7b8c9d',
    channel: 'post',
    type: 'balance.low',
    userId: 'alice',
    data: { balance: 12, below: 20 },
    state: 'waiting',
    attempts: 2,
    outcome: '503',
    dueAt: '2026-11-27T10:05:21.000Z',
    createdAt: '2026-11-27T10:00:00.512Z',
    endedAt: null,
  },
);

const eventShapes = shapes({ Events: pageOf(event, CURSOR), EventsResent: listOf(event) });

/** The events; see docs/events.md. */
export const eventRoutes = {
  list: {
    tag: TAGS.admin,
    summary: 'What the host was told',
    description: 'Events of the last 30 days and how their delivery stands, newest first.',
    query: {
      userId: { description: 'Only about this user.', schema: text, example: 'alice' },
      failed: {
        description: 'Only those that could not be delivered so far, given up or not.',
        schema: flag,
        example: true,
      },
      ...PAGE,
      cursor: { description: 'The `nextCursor` of the page before.', schema: text, example: CURSOR },
    },
    answers: { 200: { description: 'A page.', json: eventShapes.Events } },
  },
  resend: {
    tag: TAGS.admin,
    summary: 'Send an event again',
    description:
      'Now, and with all its attempts, under its own id: where it failed, or wherever it was delivered if it failed nowhere.',
    answers: { 200: { description: 'It is on its way.', json: eventShapes.EventsResent } },
  },
} satisfies Record<string, RouteDescription>;
