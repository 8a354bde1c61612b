/** The source of a module with the types of this description's shapes. */
export function apiTypes(document: { components: { schemas: Record<string, object> } }): string;
