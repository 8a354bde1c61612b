export type AuthMode = 'embedded' | 'jwks' | 'hs256';

export const AUTH_MODES: readonly AuthMode[] = ['embedded', 'jwks', 'hs256'];

interface Authentication {
  authMode: AuthMode;
  authJwksUrl?: string;
  authIssuer?: string;
  authAudience?: string;
  authJwtSecret?: string;
}

/**
 * Requires the variables of the chosen AUTH_MODE and refuses those of another one. A process that knew both a key set
 * and a shared secret could be tricked into checking a token with the wrong one, so two modes never start.
 */
export function authenticationFaults(settings: Authentication): string[] {
  const { authMode, authJwksUrl, authJwtSecret, authIssuer, authAudience } = settings;
  const faults: string[] = [];
  // A misspelt mode does not tell which variables it needs.
  if (!AUTH_MODES.includes(authMode)) return faults;
  const need = (name: string, value: string | undefined) => {
    if (value === undefined) faults.push(`${name} must be set when AUTH_MODE is ${authMode}`);
  };
  const exclude = (name: string, value: string | undefined, mode: string) => {
    if (value !== undefined) faults.push(`${name} must be unset unless AUTH_MODE is ${mode}`);
  };
  if (authMode === 'jwks') {
    need('AUTH_JWKS_URL', authJwksUrl);
    need('AUTH_ISSUER', authIssuer);
    need('AUTH_AUDIENCE', authAudience);
  } else {
    exclude('AUTH_JWKS_URL', authJwksUrl, 'jwks');
  }
  if (authMode === 'hs256') need('AUTH_JWT_SECRET', authJwtSecret);
  else exclude('AUTH_JWT_SECRET', authJwtSecret, 'hs256');
  return faults;
}
