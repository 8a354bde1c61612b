// Made from /openapi.json by `npm run record`; a test compares. Do not edit.

export interface Shapes {
  ProblemPage: {
    type: string;
    code: string;
    status: number;
    title: string;
    whatHappened: string;
    whatToDo: string;
  };
  Alive: {
    status: "ok";
  };
  Ready: {
    status: "ok";
    checks: Record<string, boolean>;
  };
  Balance: {
    /** The same as available. */
    credits: number;
    /** balance − held: what can be spent. */
    available: number;
    held: number;
    balance: number;
    /** What comes in pays it first; more than 0: nothing is available. */
    owed: number;
    /** One more with every change of the wallet. */
    version: number;
    /** Fewer are available than the operator calls enough. */
    low: boolean;
    /** When the next of these credits expire; null: none ever. */
    nextExpiryAt: string | null;
    /** When credits come by themselves, and how many; null: none do. */
    nextRefill: {
      at: string;
      credits: number;
    } | null;
    asOf: string;
    source: "cache" | "database";
  };
  Prices: {
    priceVersion: string;
    prices: Array<{
      action: string;
      credits: number;
    } | {
      action: string;
      /** Their sum is rounded up once. */
      rates: Array<{
        credits: number;
        per: number;
        unit: string;
      }>;
      /** When anything was used. */
      atLeast: number;
    }>;
  };
  QuoteRequest: {
    action: string;
    /** Default 1; for a price per call. */
    units?: number;
    /** unit → how much of it. */
    measured?: Record<string, number>;
  };
  Quote: {
    action: string;
    units: number;
    /** unit → how much of it. */
    measured?: Record<string, number>;
    /** price × units, or what was measured at its rates. */
    credits: number;
    available: number;
    availableAfter: number;
    sufficient: boolean;
    priceVersion: string;
  };
  History: {
    data: Array<{
      id: string;
      /** The version of the wallet it made; they rise, a gap is a change of a hold. */
      version: number;
      kind: "grant" | "charge" | "refund" | "adjustment" | "expiry" | "clawback" | "restore";
      /** Signed: what the balance changed by. */
      amount: number;
      balanceAfter: number;
      /** What the wallet owed after a clawback or a restore; null for other kinds. */
      owedAfter: number | null;
      action: string | null;
      reason: string | null;
      /** Who did it: you, somebody on duty, or the program. */
      actor: "you" | "operator" | "system";
      /** What a charge was for, such as the name of a file. */
      description: string | null;
      holdId: string | null;
      /** The charge that a refund, or the grant that a clawback or a restore is about. */
      reverses: string | null;
      priceVersion: string | null;
      createdAt: string;
      /** How much of this charge has been given back; null for other kinds. */
      refunded: number | null;
      /** How much of the credits that it gave has been taken back; null where it gave none. */
      takenBack: number | null;
      /** The refunds of this charge, or clawbacks and restores of this grant. */
      reversedBy: Array<string>;
      /** What the charge paid for, while it exists. */
      artefact: {
        kind: "document" | "recording" | "export";
        id: string;
      } | null;
    }>;
    /** Ask for the next page with it; null: there is none. */
    nextCursor: string | null;
  };
  Line: {
    entry: {
      id: string;
      /** The version of the wallet it made; they rise, a gap is a change of a hold. */
      version: number;
      kind: "grant" | "charge" | "refund" | "adjustment" | "expiry" | "clawback" | "restore";
      /** Signed: what the balance changed by. */
      amount: number;
      balanceAfter: number;
      /** What the wallet owed after a clawback or a restore; null for other kinds. */
      owedAfter: number | null;
      action: string | null;
      reason: string | null;
      /** Who did it: you, somebody on duty, or the program. */
      actor: "you" | "operator" | "system";
      /** What a charge was for, such as the name of a file. */
      description: string | null;
      holdId: string | null;
      /** The charge that a refund, or the grant that a clawback or a restore is about. */
      reverses: string | null;
      priceVersion: string | null;
      createdAt: string;
      /** How much of this charge has been given back; null for other kinds. */
      refunded: number | null;
      /** How much of the credits that it gave has been taken back; null where it gave none. */
      takenBack: number | null;
      /** The refunds of this charge, or clawbacks and restores of this grant. */
      reversedBy: Array<string>;
      /** What the charge paid for, while it exists. */
      artefact: {
        kind: "document" | "recording" | "export";
        id: string;
      } | null;
    };
    /** What it was captured from. */
    hold: {
      id: string;
      action: string;
      amount: number;
      state: "held" | "captured" | "released" | "expired";
      /** Free again then, if nobody keeps it alive. */
      expiresAt: string;
      createdAt: string;
      resolvedAt: string | null;
      /** Why it was released or expired. */
      reason: string | null;
      /** What it was for, such as the name of a file. */
      description: string | null;
      /** What it came to: 0 is not charged; null while it is held. */
      charged: number | null;
    } | null;
    /** The grants that a charge used up, the first to burn first. */
    drawnFrom: Array<{
      id: string;
      amount: number;
      category: "signup" | "paid" | "promotional" | "compensation";
      reason: string | null;
      expiresAt: string | null;
      createdAt: string;
    }>;
    /** What became of the credits that it gave; null: it gave none. */
    grant: {
      granted: number;
      /** Still there, and not on hold. */
      left: number;
      held: number;
      /** Expired before it was spent. */
      lapsed: number;
      takenBack: number;
      spent: number;
    } | null;
  };
  Holds: {
    data: Array<{
      id: string;
      action: string;
      amount: number;
      state: "held" | "captured" | "released" | "expired";
      /** Free again then, if nobody keeps it alive. */
      expiresAt: string;
      createdAt: string;
      resolvedAt: string | null;
      /** Why it was released or expired. */
      reason: string | null;
      /** What it was for, such as the name of a file. */
      description: string | null;
      /** What it came to: 0 is not charged; null while it is held. */
      charged: number | null;
    }>;
    /** Ask for the next page with it; null: there is none. */
    nextCursor: string | null;
  };
  Hold: {
    id: string;
    action: string;
    amount: number;
    state: "held" | "captured" | "released" | "expired";
    /** Free again then, if nobody keeps it alive. */
    expiresAt: string;
    createdAt: string;
    resolvedAt: string | null;
    /** Why it was released or expired. */
    reason: string | null;
    /** What it was for, such as the name of a file. */
    description: string | null;
    /** What it came to: 0 is not charged; null while it is held. */
    charged: number | null;
  };
  Grants: {
    data: Array<{
      id: string;
      amount: number;
      remaining: number;
      category: "signup" | "paid" | "promotional" | "compensation";
      /** 0 burns first, 100 last. */
      priority: number;
      reason: string | null;
      expiresAt: string | null;
      createdAt: string;
    }>;
  };
  Usage: {
    data: Array<{
      /** A day in UTC, or an action. */
      key: string;
      credits: number;
      count: number;
    }>;
  };
  GrantRequest: {
    amount: number;
    reason: string;
    category?: "signup" | "paid" | "promotional" | "compensation";
    priority?: number;
    expiresAt?: string | null;
  };
  GrantMade: {
    entry: {
      id: string;
      /** The version of the wallet it made; they rise, a gap is a change of a hold. */
      version: number;
      kind: "grant" | "charge" | "refund" | "adjustment" | "expiry" | "clawback" | "restore";
      /** Signed: what the balance changed by. */
      amount: number;
      balanceAfter: number;
      /** What the wallet owed after a clawback or a restore; null for other kinds. */
      owedAfter: number | null;
      action: string | null;
      reason: string | null;
      /** Who did it, where it was not the user. */
      actor: string | null;
      /** What a charge was for, such as the name of a file. */
      description: string | null;
      holdId: string | null;
      /** The charge that a refund, or the grant that a clawback or a restore is about. */
      reverses: string | null;
      priceVersion: string | null;
      createdAt: string;
      /** How much of this charge has been given back; null for other kinds. */
      refunded: number | null;
      /** How much of the credits that it gave has been taken back; null where it gave none. */
      takenBack: number | null;
      /** The refunds of this charge, or clawbacks and restores of this grant. */
      reversedBy: Array<string>;
    };
    grant: {
      id: string;
      amount: number;
      remaining: number;
      category: "signup" | "paid" | "promotional" | "compensation";
      /** 0 burns first, 100 last. */
      priority: number;
      reason: string | null;
      expiresAt: string | null;
      createdAt: string;
    };
    wallet: {
      userId: string;
      available: number;
      held: number;
      balance: number;
      owed: number;
      version: number;
      updatedAt: string;
    };
  };
  AdjustmentRequest: {
    /** Signed, not 0. */
    amount: number;
    reason: string;
  };
  Moved: {
    entry: {
      id: string;
      /** The version of the wallet it made; they rise, a gap is a change of a hold. */
      version: number;
      kind: "grant" | "charge" | "refund" | "adjustment" | "expiry" | "clawback" | "restore";
      /** Signed: what the balance changed by. */
      amount: number;
      balanceAfter: number;
      /** What the wallet owed after a clawback or a restore; null for other kinds. */
      owedAfter: number | null;
      action: string | null;
      reason: string | null;
      /** Who did it, where it was not the user. */
      actor: string | null;
      /** What a charge was for, such as the name of a file. */
      description: string | null;
      holdId: string | null;
      /** The charge that a refund, or the grant that a clawback or a restore is about. */
      reverses: string | null;
      priceVersion: string | null;
      createdAt: string;
      /** How much of this charge has been given back; null for other kinds. */
      refunded: number | null;
      /** How much of the credits that it gave has been taken back; null where it gave none. */
      takenBack: number | null;
      /** The refunds of this charge, or clawbacks and restores of this grant. */
      reversedBy: Array<string>;
    };
    wallet: {
      userId: string;
      available: number;
      held: number;
      balance: number;
      owed: number;
      version: number;
      updatedAt: string;
    };
  };
  AllowanceRequest: {
    plan: string;
    /** Of each refill. */
    credits: number;
    /** From one refill to the next; default 1. */
    months?: number;
    /** When the first is due, at most 120 periods back; default now. */
    anchor?: string;
    /** None comes then or later. */
    until?: string;
    /** So many may be left over; default 0. */
    carry?: number;
    /** An IANA name; default CREDIT_TIME_ZONE. */
    timeZone?: string;
    reason: string;
  };
  AllowanceMade: {
    allowance: {
      id: string;
      userId: string;
      plan: string;
      credits: number;
      months: number;
      anchor: string;
      until: string | null;
      carry: number;
      timeZone: string;
      /** When the next refill comes; null: none comes any more. */
      nextAt: string | null;
      reason: string | null;
      actor: string | null;
      createdAt: string;
      endedAt: string | null;
    };
    wallet: {
      userId: string;
      available: number;
      held: number;
      balance: number;
      owed: number;
      version: number;
      updatedAt: string;
    };
  };
  RefundRequest: {
    /** Default: all that is left of the charge. */
    amount?: number;
    reason: string;
  };
  ClawbackRequest: {
    amount: number;
    reason: string;
  };
  PurchaseRecords: {
    data: Array<{
      id: string;
      offer: string | null;
      kind: "pack" | "plan";
      /** Of a plan: what it pays a period of. */
      subscriptionId: string | null;
      /** suspect: money came that does not fit; an operator decides. */
      state: "open" | "paid" | "failed" | "expired" | "suspect";
      /** The buyer has done their part, and a bank takes its time. */
      pending: boolean;
      credits: number | null;
      /** In minor units: cents of a euro. */
      amount: number;
      currency: string;
      /** With tax and without discounts; null: not paid. */
      paidAmount: number | null;
      /** Money that is back. */
      reversed: number;
      /** Credits taken back with it. */
      creditsBack: number;
      /** Where to pay, while it is open. */
      url: string | null;
      expiresAt: string | null;
      receiptUrl: string | null;
      createdAt: string;
      paidAt: string | null;
      /** null: it names a purchase that is not in this database. */
      userId: string | null;
      provider: "demo" | "stripe";
      /** Why it is suspect. */
      suspicion: string | null;
      checkoutRef: string | null;
      paymentRef: string | null;
      /** The grant in the ledger. */
      entryId: string | null;
      reversals: Array<{
        kind: "refund" | "dispute";
        /** 0: it failed, was refused or won. */
        amount: number;
        /** By an operator, and the provider has not said yet. */
        asked: boolean;
        refusal: string | null;
      }>;
    }>;
    /** Ask for the next page with it; null: there is none. */
    nextCursor: string | null;
  };
  PurchaseFile: {
    id: string;
    offer: string | null;
    kind: "pack" | "plan";
    /** Of a plan: what it pays a period of. */
    subscriptionId: string | null;
    /** suspect: money came that does not fit; an operator decides. */
    state: "open" | "paid" | "failed" | "expired" | "suspect";
    /** The buyer has done their part, and a bank takes its time. */
    pending: boolean;
    credits: number | null;
    /** In minor units: cents of a euro. */
    amount: number;
    currency: string;
    /** With tax and without discounts; null: not paid. */
    paidAmount: number | null;
    /** Money that is back. */
    reversed: number;
    /** Credits taken back with it. */
    creditsBack: number;
    /** Where to pay, while it is open. */
    url: string | null;
    expiresAt: string | null;
    receiptUrl: string | null;
    createdAt: string;
    paidAt: string | null;
    /** null: it names a purchase that is not in this database. */
    userId: string | null;
    provider: "demo" | "stripe";
    /** Why it is suspect. */
    suspicion: string | null;
    checkoutRef: string | null;
    paymentRef: string | null;
    /** The grant in the ledger. */
    entryId: string | null;
    reversals: Array<{
      kind: "refund" | "dispute";
      /** 0: it failed, was refused or won. */
      amount: number;
      /** By an operator, and the provider has not said yet. */
      asked: boolean;
      refusal: string | null;
    }>;
    unused: {
      credits: number;
      /** In minor units: cents of a euro. */
      amount: number;
      currency: string;
    };
    part: {
      credits: number;
      /** In minor units: cents of a euro. */
      amount: number;
      currency: string;
    } | null;
  };
  PurchaseRefundRequest: {
    /** In minor units; this, or `unused`. */
    amount?: number;
    /** All that is neither spent nor on hold. */
    unused?: true;
    reason: string;
  };
  PurchaseRecord: {
    id: string;
    offer: string | null;
    kind: "pack" | "plan";
    /** Of a plan: what it pays a period of. */
    subscriptionId: string | null;
    /** suspect: money came that does not fit; an operator decides. */
    state: "open" | "paid" | "failed" | "expired" | "suspect";
    /** The buyer has done their part, and a bank takes its time. */
    pending: boolean;
    credits: number | null;
    /** In minor units: cents of a euro. */
    amount: number;
    currency: string;
    /** With tax and without discounts; null: not paid. */
    paidAmount: number | null;
    /** Money that is back. */
    reversed: number;
    /** Credits taken back with it. */
    creditsBack: number;
    /** Where to pay, while it is open. */
    url: string | null;
    expiresAt: string | null;
    receiptUrl: string | null;
    createdAt: string;
    paidAt: string | null;
    /** null: it names a purchase that is not in this database. */
    userId: string | null;
    provider: "demo" | "stripe";
    /** Why it is suspect. */
    suspicion: string | null;
    checkoutRef: string | null;
    paymentRef: string | null;
    /** The grant in the ledger. */
    entryId: string | null;
    reversals: Array<{
      kind: "refund" | "dispute";
      /** 0: it failed, was refused or won. */
      amount: number;
      /** By an operator, and the provider has not said yet. */
      asked: boolean;
      refusal: string | null;
    }>;
  };
  Integrity: {
    ok: boolean;
    wallets: number;
    entries: number;
    differences: Array<{
      userId: string;
      check: string;
      expected: string;
      actual: string;
    }>;
  };
  Overview: {
    wallets: number;
    /** Nothing is available in so many of them. */
    atZero: number;
    /** What all of them have together. */
    outstanding: number;
    held: number;
    /** What customers owe. */
    owed: number;
    /** Each of them, in order. */
    days: Array<{
      day: string;
      granted: number;
      charged: number;
      refunded: number;
      expired: number;
      /** Net. */
      adjusted: number;
      /** Net of what was given again. */
      takenBack: number;
    }>;
    /** What operators did, the latest 50. */
    acts: Array<{
      /** Of its first entry. */
      id: string;
      /** When its last one was made. */
      at: string;
      actor: string;
      kind: "grant" | "charge" | "refund" | "adjustment" | "expiry" | "clawback" | "restore";
      reason: string | null;
      /** Net. */
      credits: number;
      /** So many of one kind, within an hour and for one reason. */
      entries: number;
      /** Null: several. */
      userId: string | null;
    }>;
  };
  Acts: {
    data: Array<{
      /** Of its first entry. */
      id: string;
      /** When its last one was made. */
      at: string;
      actor: string;
      kind: "grant" | "charge" | "refund" | "adjustment" | "expiry" | "clawback" | "restore";
      reason: string | null;
      /** Net. */
      credits: number;
      /** So many of one kind, within an hour and for one reason. */
      entries: number;
      /** Null: several. */
      userId: string | null;
    }>;
    /** Ask for the next page with it; null: there is none. */
    nextCursor: string | null;
  };
  ExplainedEntry: {
    userId: string;
    entry: {
      id: string;
      /** The version of the wallet it made; they rise, a gap is a change of a hold. */
      version: number;
      kind: "grant" | "charge" | "refund" | "adjustment" | "expiry" | "clawback" | "restore";
      /** Signed: what the balance changed by. */
      amount: number;
      balanceAfter: number;
      /** What the wallet owed after a clawback or a restore; null for other kinds. */
      owedAfter: number | null;
      action: string | null;
      reason: string | null;
      /** Who did it, where it was not the user. */
      actor: string | null;
      /** What a charge was for, such as the name of a file. */
      description: string | null;
      holdId: string | null;
      /** The charge that a refund, or the grant that a clawback or a restore is about. */
      reverses: string | null;
      priceVersion: string | null;
      createdAt: string;
      /** How much of this charge has been given back; null for other kinds. */
      refunded: number | null;
      /** How much of the credits that it gave has been taken back; null where it gave none. */
      takenBack: number | null;
      /** The refunds of this charge, or clawbacks and restores of this grant. */
      reversedBy: Array<string>;
    };
    /** What it was captured from. */
    hold: {
      id: string;
      action: string;
      amount: number;
      state: "held" | "captured" | "released" | "expired";
      /** Free again then, if nobody keeps it alive. */
      expiresAt: string;
      createdAt: string;
      resolvedAt: string | null;
      /** Why it was released or expired. */
      reason: string | null;
      /** What it was for, such as the name of a file. */
      description: string | null;
      /** What it came to: 0 is not charged; null while it is held. */
      charged: number | null;
      /** Who had the work begun, where it was not the user. */
      actor: string | null;
    } | null;
    /** The grants that a charge used up, the first to burn first. */
    drawnFrom: Array<{
      id: string;
      amount: number;
      category: "signup" | "paid" | "promotional" | "compensation";
      reason: string | null;
      expiresAt: string | null;
      createdAt: string;
    }>;
    /** What became of the credits that it gave; null: it gave none. */
    grant: {
      granted: number;
      /** Still there, and not on hold. */
      left: number;
      held: number;
      /** Expired before it was spent. */
      lapsed: number;
      takenBack: number;
      spent: number;
    } | null;
  };
  Events: {
    data: Array<{
      /** The `webhook-id` of each attempt. */
      id: string;
      /** By HTTP, or to handlers in a process. */
      channel: "post" | "handler";
      type: string;
      userId: string | null;
      /** What is told beside the user id; empty once the person was erased. */
      data: Record<string, string | number | null>;
      /** failed: given up; an operator may send it again. */
      state: "waiting" | "delivered" | "failed" | "erased";
      attempts: number;
      /** Of the last attempt. */
      outcome: string | null;
      /** When the next attempt comes. */
      dueAt: string | null;
      createdAt: string;
      endedAt: string | null;
    }>;
    /** Ask for the next page with it; null: there is none. */
    nextCursor: string | null;
  };
  EventsResent: {
    data: Array<{
      /** The `webhook-id` of each attempt. */
      id: string;
      /** By HTTP, or to handlers in a process. */
      channel: "post" | "handler";
      type: string;
      userId: string | null;
      /** What is told beside the user id; empty once the person was erased. */
      data: Record<string, string | number | null>;
      /** failed: given up; an operator may send it again. */
      state: "waiting" | "delivered" | "failed" | "erased";
      attempts: number;
      /** Of the last attempt. */
      outcome: string | null;
      /** When the next attempt comes. */
      dueAt: string | null;
      createdAt: string;
      endedAt: string | null;
    }>;
  };
  GiftRequest: {
    /** One grant a wallet under it, whoever asks and how often. */
    key: string;
    amount: number;
    reason: string;
    expiresAt?: string | null;
    /** Absent: every wallet there is now. */
    userIds?: Array<string>;
  };
  Gift: {
    key: string;
    state: "running" | "done";
    /** How many it is for: counted when it is asked for; once it is done, those it reached. */
    wallets: number;
    /** So many have it. */
    done: number;
    /** So many could not take it. */
    refused: number;
    amount: number;
    reason: string;
    expiresAt: string | null;
    createdAt: string;
    finishedAt: string | null;
  };
  Wallets: {
    data: Array<{
      userId: string;
      available: number;
      held: number;
      balance: number;
      owed: number;
      version: number;
      updatedAt: string;
      /** What of it was asked for by its id; null: its user id begins so. */
      match: {
        kind: "entry" | "hold" | "grant" | "document" | "recording" | "export" | "purchase";
        id: string;
        /** The line about it; null: there is none. */
        entryId: string | null;
      } | null;
    }>;
    /** Ask for the next page with it; null: there is none. */
    nextCursor: string | null;
  };
  WalletFile: {
    wallet: {
      userId: string;
      available: number;
      held: number;
      balance: number;
      owed: number;
      version: number;
      updatedAt: string;
    };
    /** Those with credits left, in burn order. */
    grants: Array<{
      id: string;
      amount: number;
      remaining: number;
      category: "signup" | "paid" | "promotional" | "compensation";
      /** 0 burns first, 100 last. */
      priority: number;
      reason: string | null;
      expiresAt: string | null;
      createdAt: string;
    }>;
    /** Those that run. */
    holds: Array<{
      id: string;
      action: string;
      amount: number;
      state: "held" | "captured" | "released" | "expired";
      /** Free again then, if nobody keeps it alive. */
      expiresAt: string;
      createdAt: string;
      resolvedAt: string | null;
      /** Why it was released or expired. */
      reason: string | null;
      /** What it was for, such as the name of a file. */
      description: string | null;
      /** What it came to: 0 is not charged; null while it is held. */
      charged: number | null;
      /** Who had the work begun, where it was not the user. */
      actor: string | null;
    }>;
    /** The latest, newest first. */
    entries: Array<{
      id: string;
      /** The version of the wallet it made; they rise, a gap is a change of a hold. */
      version: number;
      kind: "grant" | "charge" | "refund" | "adjustment" | "expiry" | "clawback" | "restore";
      /** Signed: what the balance changed by. */
      amount: number;
      balanceAfter: number;
      /** What the wallet owed after a clawback or a restore; null for other kinds. */
      owedAfter: number | null;
      action: string | null;
      reason: string | null;
      /** Who did it, where it was not the user. */
      actor: string | null;
      /** What a charge was for, such as the name of a file. */
      description: string | null;
      holdId: string | null;
      /** The charge that a refund, or the grant that a clawback or a restore is about. */
      reverses: string | null;
      priceVersion: string | null;
      createdAt: string;
      /** How much of this charge has been given back; null for other kinds. */
      refunded: number | null;
      /** How much of the credits that it gave has been taken back; null where it gave none. */
      takenBack: number | null;
      /** The refunds of this charge, or clawbacks and restores of this grant. */
      reversedBy: Array<string>;
    }>;
    /** Those that ended too, the latest first. */
    allowances: Array<{
      id: string;
      userId: string;
      plan: string;
      credits: number;
      months: number;
      anchor: string;
      until: string | null;
      carry: number;
      timeZone: string;
      /** When the next refill comes; null: none comes any more. */
      nextAt: string | null;
      reason: string | null;
      actor: string | null;
      createdAt: string;
      endedAt: string | null;
    }>;
  };
  WalletEntries: {
    data: Array<{
      id: string;
      /** The version of the wallet it made; they rise, a gap is a change of a hold. */
      version: number;
      kind: "grant" | "charge" | "refund" | "adjustment" | "expiry" | "clawback" | "restore";
      /** Signed: what the balance changed by. */
      amount: number;
      balanceAfter: number;
      /** What the wallet owed after a clawback or a restore; null for other kinds. */
      owedAfter: number | null;
      action: string | null;
      reason: string | null;
      /** Who did it, where it was not the user. */
      actor: string | null;
      /** What a charge was for, such as the name of a file. */
      description: string | null;
      holdId: string | null;
      /** The charge that a refund, or the grant that a clawback or a restore is about. */
      reverses: string | null;
      priceVersion: string | null;
      createdAt: string;
      /** How much of this charge has been given back; null for other kinds. */
      refunded: number | null;
      /** How much of the credits that it gave has been taken back; null where it gave none. */
      takenBack: number | null;
      /** The refunds of this charge, or clawbacks and restores of this grant. */
      reversedBy: Array<string>;
    }>;
    /** Ask for the next page with it; null: there is none. */
    nextCursor: string | null;
  };
  WalletHolds: {
    data: Array<{
      id: string;
      action: string;
      amount: number;
      state: "held" | "captured" | "released" | "expired";
      /** Free again then, if nobody keeps it alive. */
      expiresAt: string;
      createdAt: string;
      resolvedAt: string | null;
      /** Why it was released or expired. */
      reason: string | null;
      /** What it was for, such as the name of a file. */
      description: string | null;
      /** What it came to: 0 is not charged; null while it is held. */
      charged: number | null;
      /** Who had the work begun, where it was not the user. */
      actor: string | null;
    }>;
    /** Ask for the next page with it; null: there is none. */
    nextCursor: string | null;
  };
  ErasureRequest: {
    reason: string;
  };
  Erased: {
    /** What stands in the books where the user id stood. */
    pseudonym: string;
    /** Null: this person has none. */
    wallet: {
      userId: string;
      available: number;
      held: number;
      balance: number;
      owed: number;
      version: number;
      updatedAt: string;
    } | null;
    /** How many of each kind are gone. */
    deleted: Record<string, number>;
  };
  Documents: {
    data: Array<{
      id: string;
      kind: "txt" | "docx";
      title: string;
      filename: string;
      bytes: number;
      sha256: string;
      /** Of a text; null for a DOCX. */
      encoding: string | null;
      characters: number;
      words: number;
      paragraphs: number;
      headings: Array<{
        level: number;
        text: string;
      }>;
      createdAt: string;
    }>;
    /** Ask for the next page with it; null: there is none. */
    nextCursor: string | null;
  };
  Document: {
    id: string;
    kind: "txt" | "docx";
    title: string;
    filename: string;
    bytes: number;
    sha256: string;
    /** Of a text; null for a DOCX. */
    encoding: string | null;
    characters: number;
    words: number;
    paragraphs: number;
    headings: Array<{
      level: number;
      text: string;
    }>;
    createdAt: string;
    blocks: Array<{
      type: "paragraph" | "heading" | "listItem";
      /** 1 to 9 for headings, from 0 for list items. */
      level?: number;
      ordered?: boolean;
      /** Of list items and numbered headings: what stands before the text. The last of `numbers` and `formats` is of its own level, and `pattern` has `%1` for the number of the first. */
      marker?: {
        text: string;
        /** Which list of the document, from 1. */
        list: number;
        pattern: string;
        numbers: Array<number>;
        formats: Array<string>;
        /** The levels above are in decimal here. */
        legal?: boolean;
      };
      align?: "center" | "right" | "justify";
      runs: Array<{
        text: string;
        bold?: boolean;
        italic?: boolean;
        underline?: boolean;
      }>;
    }>;
  };
  Recordings: {
    data: Array<{
      id: string;
      filename: string;
      bytes: number;
      sha256: string;
      container: "wav" | "mp3" | "flac" | "ogg" | "m4a";
      codec: string;
      durationSeconds: number;
      /** Samples a second. */
      sampleRate: number;
      channels: number;
      /** Bits a second, on average. */
      bitrate: number;
      createdAt: string;
    }>;
    /** Ask for the next page with it; null: there is none. */
    nextCursor: string | null;
  };
  Recording: {
    id: string;
    filename: string;
    bytes: number;
    sha256: string;
    container: "wav" | "mp3" | "flac" | "ogg" | "m4a";
    codec: string;
    durationSeconds: number;
    /** Samples a second. */
    sampleRate: number;
    channels: number;
    /** Bits a second, on average. */
    bitrate: number;
    createdAt: string;
  };
  Exports: {
    data: Array<{
      id: string;
      format: "txt" | "json" | "docx" | "pdf" | "zip";
      filename: string;
      bytes: number;
      sha256: string;
      downloadUrl: string;
      title: string;
      createdAt: string;
    }>;
    /** Ask for the next page with it; null: there is none. */
    nextCursor: string | null;
    running: Array<{
      id: string;
      format: "txt" | "json" | "docx" | "pdf" | "zip";
      title: string;
      progress: number;
      startedAt: string;
    }>;
  };
  ExportRequest: {
    format: "txt" | "json" | "docx" | "pdf" | "zip";
    /** In this order. */
    documentIds?: Array<string>;
    /** For `zip`, which packs the recordings themselves. */
    audioIds?: Array<string>;
    title?: string;
  };
  MadeExport: {
    id: string;
    format: "txt" | "json" | "docx" | "pdf" | "zip";
    filename: string;
    bytes: number;
    sha256: string;
    downloadUrl: string;
    credits: {
      charged: number;
      available: number;
      held: number;
      balance: number;
      version: number;
      /** The charge in the ledger; null for free work. */
      entryId: string | null;
      holdId: string | null;
    };
  };
  Export: {
    id: string;
    format: "txt" | "json" | "docx" | "pdf" | "zip";
    filename: string;
    bytes: number;
    sha256: string;
    downloadUrl: string;
    title: string;
    createdAt: string;
  };
  Offers: {
    offers: Array<{
      offer: string;
      kind: "pack" | "plan";
      /** Of a plan: each month. */
      credits: number;
      /** In minor units: cents of a euro. */
      amount: number;
      currency: string;
      /** Of a pack: so long its credits last from the payment on; null: for ever. */
      expiresMonths: number | null;
      /** Of a plan: how often it is paid. */
      interval: "month" | "year" | null;
      /** Of a plan: so many credits of a month may be left over in the next. */
      carry: number;
      /** What comes first and costs nothing. */
      trial: {
        credits: number;
        days: number;
      } | null;
    }>;
  };
  Purchases: {
    data: Array<{
      id: string;
      offer: string | null;
      kind: "pack" | "plan";
      /** Of a plan: what it pays a period of. */
      subscriptionId: string | null;
      /** suspect: money came that does not fit; an operator decides. */
      state: "open" | "paid" | "failed" | "expired" | "suspect";
      /** The buyer has done their part, and a bank takes its time. */
      pending: boolean;
      credits: number | null;
      /** In minor units: cents of a euro. */
      amount: number;
      currency: string;
      /** With tax and without discounts; null: not paid. */
      paidAmount: number | null;
      /** Money that is back. */
      reversed: number;
      /** Credits taken back with it. */
      creditsBack: number;
      /** Where to pay, while it is open. */
      url: string | null;
      expiresAt: string | null;
      receiptUrl: string | null;
      createdAt: string;
      paidAt: string | null;
    }>;
    /** Ask for the next page with it; null: there is none. */
    nextCursor: string | null;
  };
  PurchaseRequest: {
    offer: string;
  };
  Purchase: {
    id: string;
    offer: string | null;
    kind: "pack" | "plan";
    /** Of a plan: what it pays a period of. */
    subscriptionId: string | null;
    /** suspect: money came that does not fit; an operator decides. */
    state: "open" | "paid" | "failed" | "expired" | "suspect";
    /** The buyer has done their part, and a bank takes its time. */
    pending: boolean;
    credits: number | null;
    /** In minor units: cents of a euro. */
    amount: number;
    currency: string;
    /** With tax and without discounts; null: not paid. */
    paidAmount: number | null;
    /** Money that is back. */
    reversed: number;
    /** Credits taken back with it. */
    creditsBack: number;
    /** Where to pay, while it is open. */
    url: string | null;
    expiresAt: string | null;
    receiptUrl: string | null;
    createdAt: string;
    paidAt: string | null;
  };
  Subscriptions: {
    data: Array<{
      id: string;
      plan: string;
      /** past_due: a payment is late, and no credits come until it is made. */
      state: "trialing" | "active" | "past_due" | "ended";
      /** Each month. */
      credits: number;
      /** In minor units: cents of a euro. */
      amount: number;
      currency: string;
      interval: "month" | "year";
      /** When the period that was paid, or the trial, ends. */
      paidUntil: string | null;
      /** When it ends; null: it goes on. */
      cancelsAt: string | null;
      createdAt: string;
      endedAt: string | null;
    }>;
  };
  Subscription: {
    id: string;
    plan: string;
    /** past_due: a payment is late, and no credits come until it is made. */
    state: "trialing" | "active" | "past_due" | "ended";
    /** Each month. */
    credits: number;
    /** In minor units: cents of a euro. */
    amount: number;
    currency: string;
    interval: "month" | "year";
    /** When the period that was paid, or the trial, ends. */
    paidUntil: string | null;
    /** When it ends; null: it goes on. */
    cancelsAt: string | null;
    createdAt: string;
    endedAt: string | null;
  };
  Portal: {
    url: string;
  };
  Received: {
    received: true;
  };
  StoredRecording: {
    id: string;
    filename: string;
    bytes: number;
    sha256: string;
    container: "wav" | "mp3" | "flac" | "ogg" | "m4a";
    codec: string;
    durationSeconds: number;
    /** Samples a second. */
    sampleRate: number;
    channels: number;
    /** Bits a second, on average. */
    bitrate: number;
    credits: {
      charged: number;
      available: number;
      held: number;
      balance: number;
      version: number;
      /** The charge in the ledger; null for free work. */
      entryId: string | null;
      holdId: string | null;
    };
  };
  StoredText: {
    id: string;
    kind: "txt";
    title: string;
    encoding: string;
    characters: number;
    words: number;
    paragraphs: number;
    credits: {
      charged: number;
      available: number;
      held: number;
      balance: number;
      version: number;
      /** The charge in the ledger; null for free work. */
      entryId: string | null;
      holdId: string | null;
    };
  };
  StoredDocx: {
    id: string;
    kind: "docx";
    title: string;
    characters: number;
    words: number;
    paragraphs: number;
    headings: Array<{
      level: number;
      text: string;
    }>;
    credits: {
      charged: number;
      available: number;
      held: number;
      balance: number;
      version: number;
      /** The charge in the ledger; null for free work. */
      entryId: string | null;
      holdId: string | null;
    };
  };
  Problem: {
    type: string;
    title: string;
    status: number;
    detail: string;
    instance: string;
    code: "unauthenticated" | "insufficient_credits" | "price_exceeds_max" | "hold_already_resolved" | "hold_taken_over" | "hold_expired" | "capture_exceeds_hold" | "refund_exceeds_charge" | "clawback_exceeds_grant" | "restore_exceeds_clawback" | "idempotency_key_invalid" | "idempotency_key_reused" | "idempotency_in_progress" | "idempotency_key_spent" | "balance_version_unknown" | "forbidden" | "not_found" | "validation_failed" | "credits_unavailable" | "overloaded" | "internal" | "malformed_request" | "malformed_body" | "malformed_multipart" | "file_missing" | "method_not_allowed" | "request_timeout" | "file_lost" | "payload_too_large" | "storage_full" | "unsupported_media_type" | "unsupported_file_type" | "range_not_satisfiable" | "file_corrupt" | "file_too_complex" | "offer_unknown" | "plan_not_open" | "purchase_not_refundable" | "payments_unavailable" | "rate_limited" | "headers_too_large";
    requestId: string;
  };
}
