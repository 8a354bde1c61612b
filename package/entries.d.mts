/** How a host calls each door, and the source that is behind it. */
export const entries: Record<string, string>;
