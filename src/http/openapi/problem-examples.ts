import {
  BalanceVersionUnknownError,
  CaptureExceedsHoldError,
  ClawbackExceedsGrantError,
  HoldAlreadyResolvedError,
  HoldExpiredError,
  HoldTakenOverError,
  IdempotencyInProgressError,
  IdempotencyKeyReusedError,
  IdempotencyKeySpentError,
  InsufficientCreditsError,
  PriceExceedsMaxError,
  RefundExceedsChargeError,
  RestoreExceedsClawbackError,
  type CreditsError,
} from '../../credits/index.js';
import { problemOf } from '../../problems/problem.js';
import { ProblemException } from '../../problems/problem.exception.js';
import { PROBLEMS, type ProblemCode } from '../../problems/problem-codes.js';
import { object, text, type JsonSchema, type SchemaWithExample } from '../../routes/schema.js';

/** An error as the code throws it, or the product's sentence for a code and its members. */
type Example = CreditsError | readonly [detail: string, facts?: Record<string, unknown>];

const HOLD_ID = '0199a1c2-7c1e-7f00-8a55-3d1c9b7e4f02';
const ENTRY_ID = '0199a1c2-7c2b-7d41-9e02-6f0b8c1d2e3f';

const SHORTAGE = new InsufficientCreditsError({
  action: 'txt_upload',
  required: 3,
  available: 1,
  held: 5,
  owed: 0,
  balanceVersion: 8,
  nextRefill: { at: '2026-12-27T09:58:11.000Z', credits: 50 },
  holds: [{ id: HOLD_ID, action: 'docx_processing', amount: 5, expiresAt: '2026-11-27T10:01:00.000Z' }],
});

const EXAMPLES: Record<ProblemCode, Example> = {
  insufficient_credits: [
    SHORTAGE.message,
    {
      ...SHORTAGE.facts,
      topUpUrl: 'https://shop.example/credits',
      offers: [
        {
          offer: 'STARTER',
          kind: 'pack',
          credits: 500,
          amount: 500,
          currency: 'EUR',
          expiresMonths: null,
          interval: null,
          carry: 0,
          trial: null,
        },
      ],
    },
  ],
  price_exceeds_max: new PriceExceedsMaxError({ required: 5, maxCredits: 3, priceVersion: '6f1c0a9be2d4' }),
  hold_already_resolved: new HoldAlreadyResolvedError({ holdId: HOLD_ID, state: 'released' }),
  hold_taken_over: new HoldTakenOverError({ holdId: HOLD_ID }),
  hold_expired: new HoldExpiredError({ holdId: HOLD_ID, state: 'expired' }),
  capture_exceeds_hold: new CaptureExceedsHoldError({ holdId: HOLD_ID, held: 5, requested: 7 }),
  refund_exceeds_charge: new RefundExceedsChargeError({
    entryId: ENTRY_ID,
    charged: 3,
    refunded: 2,
    requested: 2,
  }),
  clawback_exceeds_grant: new ClawbackExceedsGrantError({
    entryId: ENTRY_ID,
    granted: 500,
    takenBack: 400,
    requested: 200,
  }),
  restore_exceeds_clawback: new RestoreExceedsClawbackError({
    entryId: ENTRY_ID,
    takenBack: 100,
    requested: 200,
  }),
  idempotency_key_invalid: ['An Idempotency-Key has 8 to 255 printable ASCII characters.'],
  idempotency_key_reused: new IdempotencyKeyReusedError(),
  idempotency_in_progress: new IdempotencyInProgressError(1),
  idempotency_key_spent: new IdempotencyKeySpentError(),
  balance_version_unknown: new BalanceVersionUnknownError(8),
  not_found: ['There is nothing here.'],
  validation_failed: [
    'limit: must be a whole number from 1 to 200',
    { errors: [{ path: 'limit', message: 'must be a whole number from 1 to 200' }] },
  ],
  credits_unavailable: ['Please try again in a moment.'],
  overloaded: ['Please try again in a moment.'],
  internal: ['Something went wrong on our side.'],
  unauthenticated: ['This needs a valid bearer token.'],
  forbidden: ['This needs an administrator.'],
  malformed_request: ['The address is not well-formed.'],
  malformed_body: ['The body is not valid JSON.'],
  malformed_multipart: ['Send exactly one file, in the field "file".'],
  file_missing: ['There is no file in the field "file".'],
  request_timeout: ['The request body did not arrive within 10 seconds.'],
  payload_too_large: ['The limit is 10 MiB.', { limitBytes: 10_485_760 }],
  storage_full: [
    'You may store 1 GiB, and 1073741000 bytes are used. Delete something first.',
    { limitBytes: 1_073_741_824, usedBytes: 1_073_741_000 },
  ],
  unsupported_media_type: ['Send the file as multipart/form-data in a field "file".'],
  unsupported_file_type: ['This file is not plain text; it is a PDF.'],
  method_not_allowed: ['This address takes: GET, HEAD.'],
  file_lost: [
    'The stored file is lost. Whoever runs this service may have a backup of it.',
    { id: '0197f3a2-6c1e-7b3a-9d5f-2a8c4e6b7d10' },
  ],
  range_not_satisfiable: ['The file has 176444 bytes.'],
  file_corrupt: ['The file is empty.'],
  file_too_complex: ['Reading this file takes more than 6 seconds.'],
  offer_unknown: ['No such offer is sold here.'],
  plan_not_open: ['You have a plan already: change it, or cancel it first.'],
  purchase_not_refundable: ['0 of 500 are left to give back.'],
  payments_unavailable: ['The payment provider does not answer just now. Please try again in a moment.'],
  rate_limited: ['No more than 600 requests a minute.'],
  headers_too_large: ['The request could not be read.'],
};

export const PROBLEM_CODES = Object.keys(PROBLEMS) as ProblemCode[];

const request = { id: '0b7f0d6e-3a55-4f0c-9a5e-0c1d2e3f4a5b', url: '/api/upload/txt' };

/** The problem as the server would answer it. */
export function problemExample(code: ProblemCode): Record<string, unknown> {
  const example = EXAMPLES[code];
  const error = example instanceof Error ? example : new ProblemException(code, ...example);
  return problemOf(error, request).body;
}

/** The members of RFC 9457; a code adds its own. */
export const problemSchema: SchemaWithExample = object(
  {
    type: { type: 'string', format: 'uri-reference' },
    title: text,
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: text,
    instance: { type: 'string', format: 'uri-reference' },
    code: { type: 'string', enum: PROBLEM_CODES },
    requestId: text,
  },
  problemExample('validation_failed'),
);

/** The problem with one of these codes. */
export function problemWith(codes: readonly ProblemCode[]): JsonSchema {
  return {
    allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: codes } } }],
  };
}
