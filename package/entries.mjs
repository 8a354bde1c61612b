// The doors of the package: how a host calls each, and the source that is behind it.
export const entries = {
  '.': 'credits/index',
  './display': 'credits-display/index',
  './http': 'credits-http/index',
  './client': 'client/index',
  './react': 'client/react',
  './testing': 'credits/testing/index',
  './migrate': 'credits/migrate',
};
