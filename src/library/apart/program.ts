/** A program's module beside its caller, or, where a test runs the caller's source, what the build made of it. */
export function programBeside(callerUrl: string, name: string): URL {
  return new URL(name, callerUrl.replace(/^(.*)\/src\/(.*\.ts)$/, '$1/dist/$2'));
}
