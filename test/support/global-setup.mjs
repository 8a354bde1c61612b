import { startCluster } from './cluster.mjs';

export default startCluster;
