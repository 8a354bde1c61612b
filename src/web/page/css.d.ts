/** The build bundles style sheets; to TypeScript they are nothing but files. */
declare module '*.css';
