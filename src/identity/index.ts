/** The door of the identity module: who sends a request, and what that lets them do. */
export { AdminGuard } from './admin.guard.js';
export { AdminOnly, IsAdminOnly } from './admin-only.decorator.js';
export { bearerTokenOf } from './bearer-token.js';
export { CurrentUser } from './current-user.decorator.js';
export { loadEmbeddedKeys, type EmbeddedKeys } from './embedded-keys.js';
export { IdentifyGuard } from './identify.guard.js';
export { IdentityModule } from './identity.module.js';
export { mintToken, type TokenSubject } from './mint-token.js';
export { noteAddress, notedAddress } from './noted-address.js';
export { IsPublic, Public } from './public.decorator.js';
export { readOrMakeSecret, readSecret, replaceSecret, secretFile } from './secret-file.js';
export { SignedInGuard } from './signed-in.guard.js';
export { currentUser, isUserId, userOf, type User } from './user.js';
