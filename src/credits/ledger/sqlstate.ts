/** What PostgreSQL's codes are called here; which classes of them pass by themselves, failures.ts says. */
export const SQLSTATE = {
  protocolViolation: '08P01',
  readOnly: '25006',
  invalidAuthorization: '28000',
  invalidPassword: '28P01',
  noSuchDatabase: '3D000',
  noSuchSchema: '3F000',
  insufficientPrivilege: '42501',
  tooManyConnections: '53300',
  notInThisState: '55000',
  lockNotAvailable: '55P03',
  cannotConnectNow: '57P03',
} as const;
