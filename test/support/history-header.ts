/** The columns of a history as CSV, over HTTP and on the command line. */
export const HISTORY_HEADER =
  'id,version,kind,amount,balanceAfter,action,reason,actor,holdId,reverses,priceVersion,createdAt,refunded,artefactKind,artefactId,description,owedAfter';
