/** What react.ts wants of React, which only hosts have installed. */
declare module 'react' {
  export const useState: import('./hooks.js').Hooks['useState'];
  export const useEffect: import('./hooks.js').Hooks['useEffect'];
}
